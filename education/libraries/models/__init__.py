"""The rows of libraries."""

from education.libraries.models.collection import READ, READ_LOAN, Copy, Library, Title
from education.libraries.models.crates import BookCrate, BookCrateItem
from education.libraries.models.lending import Hold, Loan, LoanRule
from education.libraries.models.stock_takes import StockTake, StockTakeScan
