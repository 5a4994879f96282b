"""`python -m lianfang …` is the same as `lianfang …`."""

from lianfang.cli import main

raise SystemExit(main())
