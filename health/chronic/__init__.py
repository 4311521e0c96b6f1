"""Care of chronic diseases: programmes, follow-up visits, judgements, referrals and calls."""
