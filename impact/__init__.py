"""The observer: figures that prove to a county what the network changes (sales, jobs, incomes). Without work yet."""
