"""A villager agrees to something: the text is read aloud, and the code on the phone says yes."""

from ecomnet.simulation.acts.presses import WAITS_FOR_MESSAGE
from ecomnet.simulation.cast import Villager
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.plan import Arrival


def agree(counter: CounterOfDay, arrival: Arrival, resident: Villager, purpose: str) -> bool:
    """Agree to a purpose by a code; whether that is done."""
    language = counter.partner.get("look at a resident", f"people/{resident.id}/").body.get("language", "zh-hans")
    texts = counter.partner.get("read a text aloud", "consent-texts/", language=language).body.get("results", [])
    text = next((each for each in texts if each["purpose"] == purpose), None)
    if text is None:
        return False
    known = {each["our_ref"] for each in counter.company.messages(resident.phone)}
    end = resident.phone[-4:]
    path = f"people/{resident.id}/send-consent-code/"
    wanted = {"purpose": purpose}
    if counter.partner.post("send a code", path, wanted, key=counter.key(arrival, f"consent-code-{end}")).code:
        return False
    code = counter.company.code_on(resident.phone, "person_consent_code", known=known, within=WAITS_FOR_MESSAGE)
    body = {name: text[name] for name in ("purpose", "text_version", "language")} | {"manner": "code", "code": code}
    path, key = f"people/{resident.id}/consents/", counter.key(arrival, f"consent-{end}")
    return bool(code) and not counter.partner.post("agree", path, body, key=key).code
