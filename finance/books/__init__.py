"""The books as an accountant reads them: trial balance, accounts at any instant, months and their copies."""
