"""Administration of this app: a table of contents."""

from finance.bills import admin as bills_admin
from finance.complaints import admin as complaints_admin
from finance.credit import admin as credit_admin
from finance.fees import admin as fees_admin
from finance.floats import admin as floats_admin
from finance.insurance import admin as insurance_admin
from finance.loans import admin as loans_admin
from finance.payments import admin as payments_admin
from finance.payouts import admin as payouts_admin
from finance.recharge import admin as recharge_admin
from finance.recon import admin as recon_admin
from finance.settlement import admin as settlement_admin
from finance.tills import admin as tills_admin
