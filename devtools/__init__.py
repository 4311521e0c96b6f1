"""The commands of `./dev`: the Python environment, the servers and the processes of one checkout.

Standard library only, because it runs before anything is installed.
"""
