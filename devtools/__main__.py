"""`python -m devtools`: what `./dev` hands over to."""

import sys

from devtools.commands import main

sys.exit(main(sys.argv[1:]))
