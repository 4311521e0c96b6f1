"""What two people do is done by two persons, however many logins one of them has."""

import stations.two_persons
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0007_events_and_keys_have_names"),
        ("finance", "0014_one_press_one_payment"),
        ("ledger", "0009_cheaper_posting"),
        ("stations", "0014_four_eyes_are_two_persons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="adjustment",
            name="adjustment_is_checked_by_another_person",
        ),
        migrations.RemoveConstraint(
            model_name="commissionplan",
            name="commission_plan_is_approved_by_another_person",
        ),
        migrations.RemoveConstraint(
            model_name="complaint",
            name="dispute_is_decided_by_another_person",
        ),
        migrations.RemoveConstraint(
            model_name="dayclose",
            name="day_is_closed_by_another_person",
        ),
        migrations.RemoveConstraint(
            model_name="floattopup",
            name="topup_is_matched_and_credited_by_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="floattopup",
            name="topup_is_not_credited_by_who_asked",
        ),
        migrations.RemoveConstraint(
            model_name="floattransfer",
            name="float_transfer_is_between_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="losscase",
            name="loss_is_closed_by_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="losscase",
            name="loss_is_not_closed_by_who_reported",
        ),
        migrations.RemoveConstraint(
            model_name="overshort",
            name="over_short_is_proposed_and_charged_by_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="overshort",
            name="over_short_is_asked_and_decided_by_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="paymentdecision",
            name="payment_is_decided_by_another_person",
        ),
        migrations.RemoveConstraint(
            model_name="payoutaccount",
            name="payout_account_is_confirmed_by_another_person",
        ),
        migrations.RemoveConstraint(
            model_name="payoutbatch",
            name="payout_batch_is_approved_by_another_person",
        ),
        migrations.RemoveConstraint(
            model_name="reconitem",
            name="recon_item_is_written_off_by_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="refund",
            name="nobody_witnesses_what_he_is_given",
        ),
        migrations.RemoveConstraint(
            model_name="remittance",
            name="remittance_is_given_and_carried_by_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="topupcash",
            name="topup_cash_is_counted_and_signed_by_two_people",
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=stations.two_persons.TwoPersons(
                checker="checked_by", makers=("made_by",), name="adjustment_is_checked_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="commissionplan",
            constraint=stations.two_persons.TwoPersons(
                checker="approved_by", makers=("created_by",), name="commission_plan_is_approved_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=stations.two_persons.TwoPersons(
                checker="resolved_by",
                condition=models.Q(("entry__isnull", False)),
                makers=("logged_by",),
                name="dispute_is_decided_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="dayclose",
            constraint=stations.two_persons.TwoPersons(
                checker="closed_by", makers=("asked_by",), name="day_is_closed_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="floattopup",
            constraint=stations.two_persons.TwoPersons(
                checker="credited_by",
                makers=("matched_by", "requested_by"),
                name="topup_is_credited_by_who_neither_asked_nor_matched",
            ),
        ),
        migrations.AddConstraint(
            model_name="floattransfer",
            constraint=stations.two_persons.TwoPersons(
                checker="receiver", makers=("sent_by",), name="float_transfer_is_between_two_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="losscase",
            constraint=stations.two_persons.TwoPersons(
                checker="closed_by",
                makers=("asked_by", "reported_by"),
                name="loss_is_closed_by_who_neither_reported_nor_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by",
                condition=models.Q(("status", "charged")),
                makers=("proposed_by", "holder"),
                name="over_short_is_proposed_and_charged_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=stations.two_persons.TwoPersons(
                checker="proposed_by", makers=("holder",), name="nobody_proposes_a_charge_of_his_own"
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by", makers=("asked_by",), name="over_short_is_asked_and_decided_by_two_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentdecision",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by", makers=("proposed_by",), name="payment_is_decided_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutaccount",
            constraint=stations.two_persons.TwoPersons(
                checker="confirmed_by", makers=("set_by",), name="payout_account_is_confirmed_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutbatch",
            constraint=stations.two_persons.TwoPersons(
                checker="approved_by",
                makers=("created_by", "calculated_by"),
                name="payout_batch_is_approved_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="reconitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "written_off"), _negated=True),
                    models.Q(
                        ("closed_by__isnull", False), ("transfer__isnull", False), ("write_off_asked_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="recon_item_written_off_has_its_transfer",
            ),
        ),
        migrations.AddConstraint(
            model_name="reconitem",
            constraint=stations.two_persons.TwoPersons(
                checker="closed_by",
                condition=models.Q(("status", "written_off")),
                makers=("write_off_asked_by",),
                name="recon_item_is_written_off_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=stations.two_persons.TwoPersons(
                checker="witnessed_by",
                makers=("handed_to", "paid_by"),
                name="nobody_witnesses_what_he_gives_or_is_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="remittance",
            constraint=stations.two_persons.TwoPersons(
                checker="given_by", makers=("carrier",), name="remittance_is_given_and_carried_by_two_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="remittance",
            constraint=stations.two_persons.TwoPersons(
                checker="received_by",
                condition=models.Q(("via", "carrier")),
                makers=("given_by",),
                name="remittance_is_given_and_counted_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="topupcash",
            constraint=stations.two_persons.TwoPersons(
                checker="signed_by", makers=("counted_by",), name="topup_cash_is_counted_and_signed_by_two_people"
            ),
        ),
    ]
