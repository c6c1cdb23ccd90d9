"""What spark-submit starts, because a wheel cannot be a main file: the command line ``smelt``."""

from smelt.cli.app import main

main()
