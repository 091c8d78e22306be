"""``python -m host_cli``: the same as the command ``thrum``."""

from __future__ import annotations

from host_cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
