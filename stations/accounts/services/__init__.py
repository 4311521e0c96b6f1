"""The verbs of accounts: posts, one-time codes, signing in, devices, the second factor."""

from stations.accounts.services.codes import (
    ask_login_code,
    issue_login_code,
    make_login_code,
    make_text_code,
    send_login_code,
)
from stations.accounts.services.devices import (
    DEVICE,
    end_sessions,
    quarantine_device,
    release_device,
    revoke_device,
)
from stations.accounts.services.emergencies import break_glass, review_post
from stations.accounts.services.passwords import change_password, have_password_changed, reset_password
from stations.accounts.services.person import choose_language, choose_text_size
from stations.accounts.services.pins import change_pin, forget_pins_under, set_pin
from stations.accounts.services.posts import appoint_post, end_post, end_posts_at, end_posts_of
from stations.accounts.services.second_factor import activate_second_factor, reset_second_factor
from stations.accounts.services.sign_in import SignedIn, sign_in_first_time, sign_in_with_pin
from stations.accounts.services.tokens import end_token, give_token
