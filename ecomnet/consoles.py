"""What each slice shows outside its own pages: menu, needs, figures, trends, search and help."""

from core import console as core_console
from core import help as core_help
from core import page_search
from core.gateways import console as gateway_console
from core.jobs import console as job_console
from core.notices import console as notice_console
from core.web.console import Console
from education.courses import console as course_console
from education.figures import console as learning_console
from education.homework import console as homework_console
from education.hotlines import console as hotline_console
from education.learners import console as learner_console
from education.libraries import console as library_console
from education.packages import console as package_console
from education.quizzes import console as quiz_console
from education.rosters import console as roster_console
from education.safeguarding import console as safeguarding_console
from education.skills import console as skill_console
from education.statements import console as statement_console
from education.supplies import console as supply_console
from education.tutoring import console as tutoring_console
from finance import help as finance_help
from finance import payment_search
from finance.bills import console as bill_console
from finance.books import console as book_console
from finance.complaints import console as complaint_console
from finance.fees import console as fee_console
from finance.floats import console as float_console
from finance.insurance import console as insurance_console
from finance.loans import console as loan_console
from finance.payments import console as payment_console
from finance.payouts import console as payout_console
from finance.recharge import console as recharge_console
from finance.recon import console as recon_console
from finance.settlement import console as settlement_console
from finance.tills import console as till_console
from health.appointments import console as appointment_console
from health.checkups import console as checkup_console
from health.chronic import console as chronic_console
from health.consultations import console as consultation_console
from health.promotion import console as health_promotion_console
from health.records import console as record_console
from ledger import console as ledger_console
from ledger import help as ledger_help
from logistics.parcels import console as parcel_console
from logistics.routes import console as route_console
from orders.catalog import console as catalog_console
from orders.groups import console as group_console
from orders.presales import console as presale_console
from orders.produce import console as produce_console
from orders.promotions import console as promotion_console
from orders.purchases import console as purchase_console
from orders.returns import console as return_console
from orders.shipping import console as shipping_console
from orders.shops import console as shop_console
from orders.stock import console as stock_console
from orders.subsidies import console as subsidy_console
from orders.suppliers import console as supplier_console
from scheduling.feeds import console as feed_console
from scheduling.rooms import console as room_console
from stations import help as station_help
from stations.accounts import console as account_console
from stations.archive import console as archive_console
from stations.contracts import console as contract_console
from stations.duplicates import console as duplicate_console
from stations.inbox import console as inbox_console
from stations.inspections import console as inspection_console
from stations.network import console as network_console
from stations.people import console as people_console
from stations.recruitment import console as recruitment_console
from stations.scores import console as score_console

#: The groups of the menu keep this order.
CONSOLES: list[Console] = [
    job_console.CONSOLE,
    gateway_console.CONSOLE,
    notice_console.CONSOLE,
    ledger_console.CONSOLE,
    bill_console.CONSOLE,
    recharge_console.CONSOLE,
    core_console.CONSOLE,
    people_console.CONSOLE,
    payment_search.CONSOLE,
    payment_console.CONSOLE,
    till_console.CONSOLE,
    float_console.CONSOLE,
    recon_console.CONSOLE,
    settlement_console.CONSOLE,
    payout_console.CONSOLE,
    fee_console.CONSOLE,
    book_console.CONSOLE,
    network_console.CONSOLE,
    score_console.CONSOLE,
    inspection_console.CONSOLE,
    loan_console.CONSOLE,
    insurance_console.CONSOLE,
    complaint_console.CONSOLE,
    recruitment_console.CONSOLE,
    contract_console.CONSOLE,
    account_console.CONSOLE,
    duplicate_console.CONSOLE,
    archive_console.CONSOLE,
    inbox_console.CONSOLE,
    feed_console.CONSOLE,
    room_console.CONSOLE,
    appointment_console.CONSOLE,
    chronic_console.CONSOLE,
    checkup_console.CONSOLE,
    record_console.CONSOLE,
    consultation_console.CONSOLE,
    health_promotion_console.CONSOLE,
    catalog_console.CONSOLE,
    purchase_console.CONSOLE,
    group_console.CONSOLE,
    presale_console.CONSOLE,
    promotion_console.CONSOLE,
    produce_console.CONSOLE,
    shop_console.CONSOLE,
    return_console.CONSOLE,
    shipping_console.CONSOLE,
    subsidy_console.CONSOLE,
    supplier_console.CONSOLE,
    stock_console.CONSOLE,
    course_console.CONSOLE,
    learning_console.CONSOLE,
    package_console.CONSOLE,
    quiz_console.CONSOLE,
    roster_console.CONSOLE,
    statement_console.CONSOLE,
    homework_console.CONSOLE,
    hotline_console.CONSOLE,
    learner_console.CONSOLE,
    library_console.CONSOLE,
    skill_console.CONSOLE,
    supply_console.CONSOLE,
    tutoring_console.CONSOLE,
    safeguarding_console.CONSOLE,
    parcel_console.CONSOLE,
    route_console.CONSOLE,
    page_search.CONSOLE,
    finance_help.CONSOLE,
    station_help.CONSOLE,
    ledger_help.CONSOLE,
    core_help.CONSOLE,
]
