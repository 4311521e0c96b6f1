"""The interface of the gateways for the upper layers, and the processing of answers.

Apps use `instruct`, `ensure_up`, `ensure_answering`, `withdraw`, `ask_again`, `name_cutoff`, `set_cutoff`, `due_at`,
`is_lost`, `give_up`, `settle_as_failed`, `record_result`, `refuse_file` and `ask_for_file`; for files of payouts
`instruct_by_file`, `lines_are_sent` and `lines_are_refused`; for calls of their own `admit`, `note_health`,
`note_trouble` and `body_of`. The rest is for the gateway's own jobs.
"""

from core.gateways.services.answers import Effect, give_up, record_result, settle_as_failed
from core.gateways.services.breaker import admit, ensure_answering, ensure_up, note_health, note_trouble
from core.gateways.services.enquiries import ask_again, is_lost, name_cutoff, set_cutoff
from core.gateways.services.files import ask_for_file, due_at, import_again, read_pieces, refuse_file, store_file
from core.gateways.services.files_out import instruct_by_file, lines_are_refused, lines_are_sent
from core.gateways.services.inbox import MalformedCallback, apply_again, receive_callback, store_callback
from core.gateways.services.instructions import AlreadySent, body_of, instruct, withdraw
from core.gateways.services.messages import apply_message, receive_message
from core.gateways.services.prefund import record_balance
