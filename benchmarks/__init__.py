"""What is fast, measured against what else a user could pick, in the same run on the same machine.

One module per group, named after its app: `benchmarks/ledger.py` has `measure(scale)`, which yields `Line`s. Run it by
`./dev bench [group ...] [--full]`. Absolute figures differ from machine to machine; hold the ratios.
"""
