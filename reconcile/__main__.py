"""``python -m reconcile``."""

from reconcile.app import main

if __name__ == "__main__":
    raise SystemExit(main())
