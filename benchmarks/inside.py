"""Runs one function of another benchmark module inside Django, in a process of its own.

    python -m benchmarks.inside MODULE FUNCTION

Keyword arguments come as JSON on standard input, the result goes as JSON to standard output.
"""

import importlib
import json
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    module, function = sys.argv[1:]
    found = getattr(importlib.import_module(f"benchmarks.{module}"), function)
    print(json.dumps(found(**json.load(sys.stdin))))


if __name__ == "__main__":
    main()
