"""Sign-in to the admin: throttling, second factor, session lifetime, log."""

import datetime
import re
import time

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from pressroom.infra.accounts import second_factor, sessions
from pressroom.infra.http.client_ip import client_address

LOGIN, DESK, FACTOR = "/admin/login/", "/admin/", "/admin/second-factor/"
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def ana(staff):
    return staff("publisher", "Ana")


@pytest.fixture
def protected(ana):
    """Ana with a second factor; returns her app's secret and her recovery codes."""
    device = second_factor.start_setup(ana)
    device.confirmed = True
    device.save()
    return device, second_factor.new_recovery_codes(ana)


def sign_in(client, name="Ana", password="password", code="", **headers):
    sent = {"username": name, "password": password, "code": code, "next": DESK}
    return client.post(LOGIN, sent, **headers)


def code_of(device, steps=0):
    device.refresh_from_db()
    return f"{totp(device.bin_key, drift=steps):06d}"


def is_in(client):
    return client.get(DESK).status_code == 200


def test_password_is_enough_without_a_second_factor(client, ana):
    sign_in(client)

    assert is_in(client)
    assert AccessLog.objects.get().username == "Ana"


def test_too_long_username_gets_a_message(client, db):
    page = sign_in(client, name="a" * 300)

    assert page.status_code == 200
    assert "at most 150 characters" in page.text


def test_five_failures_pause_the_username_at_that_address_only(client, ana, staff):
    staff("writer", "Ben")
    answers = [sign_in(client, password="wrong") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert "Try again in" in answers[-1].text
    assert "15 minutes" in answers[-1].text
    assert sign_in(client).status_code == 429
    assert sign_in(client, "Ben").status_code == 302
    assert sign_in(client, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_pause_ends_by_itself_however_often_it_is_tried_meanwhile(client, ana):
    for _ in range(9):
        sign_in(client, password="wrong")

    AccessAttempt.objects.update(
        attempt_time=AccessAttempt.objects.get().attempt_time - 16 * MINUTE
    )

    assert AccessAttempt.objects.get().failures_since_start == 5
    assert sign_in(client).status_code == 302


def test_failures_are_on_record_without_password_and_code(client, protected):
    sign_in(client, password="hunter2-hunter2")
    sign_in(client, code="123456")

    record = str([*AccessAttempt.objects.values(), *AccessFailureLog.objects.values()])
    assert AccessFailureLog.objects.filter(username="Ana").count() == 2
    for secret in ("hunter2", "password'", "123456"):
        assert secret not in record


def test_password_without_code_is_not_enough_with_a_second_factor(client, protected):
    answer = sign_in(client)

    assert "enter your password again, and the code" in answer.text
    assert not is_in(client)


def test_code_from_the_app_signs_in_once(client, protected):
    device, _codes = protected
    code = code_of(device)

    assert sign_in(client, code=f"{code[:3]} {code[3:]}").status_code == 302
    assert is_in(client)

    client.logout()
    assert "wrong or was already used" in sign_in(client, code=code).text


def test_recovery_code_signs_in_once(client, ana, protected):
    _device, codes = protected

    sign_in(client, code=codes[0].upper())
    assert is_in(client)
    assert second_factor.recovery_codes_left(ana) == 9

    client.logout()
    sign_in(client, code=codes[0])
    assert not is_in(client)


def test_wrong_codes_lock_like_wrong_passwords(client, protected):
    assert [sign_in(client, code="000000").status_code for _ in range(5)][-1] == 429


def test_second_factor_is_set_up_with_an_app_and_recovery_codes(client, ana):
    client.force_login(ana)
    page = client.post(FACTOR, {"action": "begin"})
    device = TOTPDevice.objects.get()
    assert re.search(r'class="secret">([A-Z2-7]{32})<', page.text)
    picture = client.get(reverse("admin:second-factor-qr"))
    assert picture.text.startswith("<svg xmlns=")
    assert "no-store" in picture.headers["Cache-Control"]
    assert not second_factor.is_set_up(ana)

    done = client.post(FACTOR, {"action": "finish", "code": code_of(device)})

    assert len(re.findall(r"<li><code>[a-z2-7]{8}</code>", done.text)) == 10
    assert second_factor.is_set_up(ana)
    assert is_in(client)
    assert "<li><code>" not in client.get(FACTOR).text
    assert client.get(reverse("admin:second-factor-qr")).status_code == 404


def test_second_factor_secrets_have_no_admin_page(admin_client):
    assert "otp" not in admin_client.get(DESK).text.lower()


def test_wrong_code_does_not_set_it_up(client, ana):
    client.force_login(ana)
    client.post(FACTOR, {"action": "begin"})

    answer = client.post(FACTOR, {"action": "finish", "code": "000000"})

    assert "That code is wrong" in answer.text
    assert not second_factor.is_set_up(ana)


def test_sessions_opened_with_a_password_end_when_it_is_set_up(client, ana):
    client.force_login(ana)
    assert is_in(client)

    device = second_factor.start_setup(ana)
    device.confirmed = True
    device.save()

    assert not is_in(client)
    assert client.get(FACTOR).status_code == 302
    assert client.post(FACTOR, {"action": "turn-off"}).status_code == 302


def test_new_codes_and_turning_off_ask_for_a_code(client, ana, protected):
    device, codes = protected
    sign_in(client, code=codes[0])

    for action, code in (("renew", ""), ("turn-off", "wrong"), ("renew", "NUL \0")):
        assert "That code is wrong" in client.post(FACTOR, {"action": action, "code": code}).text
    StaticDevice.objects.update(throttling_failure_count=0)
    assert second_factor.recovery_codes_left(ana) == 9
    client.post(FACTOR, {"action": "turn-off", "code": code_of(device)})

    assert not second_factor.is_set_up(ana)
    assert second_factor.recovery_codes_left(ana) == 0
    assert is_in(client)


@pytest.mark.parametrize(
    ("required", "kept_out"),
    [("", []), ("publishers", ["publisher", "administrator"]), ("staff", ["writer", "publisher"])],
)
def test_second_factor_can_be_required_of_publishers_or_staff(
    client, staff, settings, required, kept_out
):
    settings.REQUIRE_SECOND_FACTOR = required
    for role in ("writer", "publisher"):
        staff(role)
        sign_in(client, role)
        assert is_in(client) == (role not in kept_out)
        client.logout()


def test_who_owes_one_reaches_its_page_and_nothing_else(
    client, ana, settings, publish, in_an_hour, attach_image
):
    settings.REQUIRE_SECOND_FACTOR = "publishers"
    image = attach_image(publish(in_an_hour))
    sign_in(client)

    page = client.get(DESK, follow=True)

    assert page.redirect_chain[-1][0] == FACTOR
    assert "needs one before you can work here" in page.text
    assert client.get(image.address("full.jpg")).status_code == 404
    assert client.get("/admin/releases/release/").status_code == 302
    client.post("/admin/logout/")
    assert "_auth_user_id" not in client.session


def test_who_must_have_one_does_not_turn_it_off(client, protected, settings):
    settings.REQUIRE_SECOND_FACTOR = "publishers"
    sign_in(client, code=protected[1][0])

    assert "Turn the second factor off" not in client.get(FACTOR).text
    client.post(FACTOR, {"action": "turn-off", "code": protected[1][1]})
    assert second_factor.is_set_up(User.objects.get())


def test_command_resets_a_lost_second_factor(ana, protected, capsys):
    call_command("reset_second_factor", "Ana")

    assert not second_factor.is_set_up(ana)
    assert "only the password" in capsys.readouterr().out
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("reset_second_factor", "Ana")
    with pytest.raises(CommandError, match="no account Zoe"):
        call_command("reset_second_factor", "Zoe")


@pytest.mark.parametrize("password", ["password1234", "short", "123456789012345"])
def test_common_short_and_numeric_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


def test_session_ends_after_twelve_hours_however_busy(client, ana, monkeypatch):
    client.force_login(ana)
    start = time.time()
    for hours, stays in ((0, True), (11.9, True), (12.1, False)):
        monkeypatch.setattr(sessions.time, "time", lambda hours=hours: start + hours * 3600)
        assert is_in(client) is stays


def test_session_is_extended_by_work_in_the_admin_only(client, ana, monkeypatch, publish):
    client.force_login(ana)
    client.get(DESK)
    first = client.session[sessions.LAST_SEEN_KEY]
    later = time.time() + 120
    monkeypatch.setattr(sessions.time, "time", lambda: later)

    assert "Set-Cookie" not in client.get(publish().get_absolute_url()).headers
    assert client.session[sessions.LAST_SEEN_KEY] == first
    client.get(DESK)
    assert client.session[sessions.LAST_SEEN_KEY] == int(later)


@pytest.mark.parametrize(
    ("https", "forwarded", "address"),
    [
        ("off", "203.0.113.9", "192.0.2.1"),
        ("on", "203.0.113.9", "192.0.2.1"),
        ("proxy", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("proxy", None, "192.0.2.1"),
        ("proxy", "nonsense", None),
    ],
)
def test_client_address_comes_from_the_proxy_only_if_configured(
    rf, settings, https, forwarded, address
):
    settings.HTTPS = https
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert client_address(rf.get("/", REMOTE_ADDR="192.0.2.1", headers=headers)) == address


def test_wait_after_wrong_codes_is_minutes_at_most(client, protected):
    device, _codes = protected
    long_ago = timezone.now() - 10 * MINUTE
    TOTPDevice.objects.update(throttling_failure_count=40, throttling_failure_timestamp=long_ago)

    assert sign_in(client, code=code_of(device)).status_code == 302


def test_public_answer_to_stale_cookies_sets_none(client, publish):
    addresses = (
        "/",
        publish().get_absolute_url(),
        f"/media/images/{'0' * 32}/full.png",
        "/nothing/",
    )
    for stale in ("x", "s" * 32):
        for address in addresses:
            client.cookies["sessionid"] = client.cookies["csrftoken"] = stale
            answer = client.get(address)
            assert "Set-Cookie" not in answer.headers
            assert not answer.cookies, address
