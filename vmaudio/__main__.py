"""``python -m vmaudio`` is ``vmaudio``."""

from vmaudio.cli import main

if __name__ == "__main__":
    main()
