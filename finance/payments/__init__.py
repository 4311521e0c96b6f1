"""One record for every payment, whatever the service: payment, receipt, refund."""
