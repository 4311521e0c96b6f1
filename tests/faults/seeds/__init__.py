"""A whole system under random, replayable blows: everything is real, and three sides are compared afterwards.

`schedule` draws from a seed who comes for what and which blow falls when; `house` runs the processes, `wires` stands
between any two of them, `blows` does the harm; `people` furnishes the system once, `story` plays one seed in it and
judges, `shrink` leaves out of a failing schedule whatever it does not need.
"""
