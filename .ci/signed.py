"""Has pyHanko judge signed sealed files: signed.py AUTHORITY.pem FILE.pdf...

Prints a line for each file. Exit codes: 0 every signature is good, of somebody whom the authority vouches for, over the
whole file and PAdES in form, and one in a file with a changed byte is not; 1 at least one is otherwise; 2 no file.
"""

import io
import sys

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def judged(content, authority):
    """What is wrong with a file; nothing if all is well."""
    signatures = PdfFileReader(io.BytesIO(content)).embedded_signatures
    if len(signatures) != 1:
        return f"{len(signatures)} signatures"
    [signature] = signatures
    context = ValidationContext(trust_roots=[authority], allow_fetching=False)
    status = validate_pdf_signature(signature, signer_validation_context=context)
    if not status.bottom_line:
        return status.summary()
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return f"it covers {status.coverage}"
    if signature.sig_object["/SubFilter"] != "/ETSI.CAdES.detached":
        return str(signature.sig_object["/SubFilter"])
    attributes = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
    # ETSI EN 319 142-1, 6.3: the certificate is named, and the time stands in the file alone.
    if "signing_certificate_v2" not in attributes or "signing_time" in attributes:
        return f"its attributes are {sorted(attributes)}"
    return None


def main(authority, files):
    if not files:
        print("no file", file=sys.stderr)
        return 2
    authority = load_cert_from_pemder(authority)
    bad = 0
    for file in files:
        with open(file, "rb") as opened:
            content = opened.read()
        why = judged(content, authority)
        changed = bytearray(content)
        changed[len(content) // 3] ^= 1
        try:
            if why is None and judged(bytes(changed), authority) is None:
                why = "a changed byte is not noticed"
        except Exception:  # whatever a damaged file does to the reader: it did not pass
            pass
        print(f"{'good' if why is None else why}: {file}")
        bad += why is not None
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
