"""What becomes of a contract: leave, suspension, and its end."""

from stations.contracts.services.ending import (
    TerminationAsked,
    ask_termination,
    binding_of,
    end_contract,
    end_due_contracts,
    terminate_partner,
    withdraw_termination,
)
from stations.contracts.services.standing import (
    MACHINE,
    NoReplacement,
    end_leave,
    reinstate_partner,
    start_leave,
    suspend_partner,
)
