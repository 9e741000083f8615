"""How fast it is, each figure beside a floor measured in the same run. `make bench` runs all of them."""
