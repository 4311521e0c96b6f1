"""A day of a county, played over the public API against the sandbox provider, and judged from three sides.

`plan` says who comes when and what goes wrong (the same for the same seed), `acts` what people do at a counter,
`client` how a counter speaks to the system, `company` what is wished of the sandbox, `diary` what the counters keep,
`books` what our ledger says, `judgement` whether the three agree. A new trade adds a file to `acts`.
"""
