"""``python -m desktop.cli``: the same as ``yidao``."""

from desktop.cli.boundary import main

if __name__ == "__main__":
    main()
