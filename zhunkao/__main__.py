"""`python -m zhunkao`, the same as `zhunkao`."""

from zhunkao.cli import main

if __name__ == "__main__":
    main()
