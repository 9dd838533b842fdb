"""Run reconcile from a checkout: ``python cli.py report fixtures/khanaqin``."""

from reconcile.app import main

if __name__ == "__main__":
    raise SystemExit(main())
