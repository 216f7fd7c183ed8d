"""Fails unless the list of the program's parts is valid CycloneDX 1.5, by the standard's own schema.

usage: check_sbom.py FILE
"""

import json
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

text = open(sys.argv[1], encoding="utf-8").read()
fault = JsonStrictValidator(SchemaVersion.V1_5).validate_str(text)
if fault:
    sys.exit(f"{sys.argv[1]}: {fault}")
references = {part["bom-ref"] for part in json.loads(text)["components"]}
print(f"{sys.argv[1]}: {len(references)} parts, valid CycloneDX 1.5")
