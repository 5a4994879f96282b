"""Makes what is in these directories importable in tests, as it is for the scripts."""

import sys
from pathlib import Path

for folder in ("", "sidebyside"):
    sys.path.append(str(Path(__file__).resolve().parent / folder))
