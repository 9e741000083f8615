"""The platforms and the state's systems, played on this machine.

Written from the wire formats alone: nothing of the product is imported here, so that a mistake the product makes about
a platform can't be repeated by its stand-in.
"""
