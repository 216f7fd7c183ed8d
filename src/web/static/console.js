// Adds comfort to pages that work without it.
"use strict";
