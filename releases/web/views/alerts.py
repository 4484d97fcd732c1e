"""Alerts by e-mail: subscribe, confirm, manage, end.

No page uses a session or a cookie. The links of a mail are signed, and a GET never changes
anything, because mail scanners follow links.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from pressroom.infra.http.throttling import cost, is_exhausted
from releases.alerts import press, subscriptions
from releases.alerts.matching import Criteria, recent
from releases.alerts.subscriptions import UnknownLinkError
from releases.mail import outgoing
from releases.mail.wording import describe, describe_all
from releases.models import Subscriber, Subscription
from releases.models.clean_fields import clean_values
from releases.search.results import SearchUnavailableError
from releases.web.forms import SearchForm, query_string
from releases.web.http_caching import PRIVATE
from releases.web.views.errors import too_many_requests
from releases.web.views.preview import HEADERS

HOUR = 3600  # seconds
REQUESTS_PER_HOUR = 20  # of one network
FREQUENCIES = [
    (Subscription.Frequency.AT_ONCE, gettext_lazy("At once")),
    (Subscription.Frequency.DAILY, gettext_lazy("Once a day, at 7 a.m.")),
    (Subscription.Frequency.WEEKLY, gettext_lazy("Once a week, on Monday")),
]
LEFT_OUT = gettext_lazy("Alerts are about new releases, so we left out the dates.")

View = Callable[..., HttpResponseBase]


class AlertForm(forms.Form):
    """Address and frequency."""

    address = forms.EmailField(
        max_length=254,
        error_messages={
            "required": gettext_lazy("Enter your e-mail address."),
            "invalid": gettext_lazy("Enter an e-mail address, such as name@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    frequency = forms.ChoiceField(
        choices=FREQUENCIES,
        initial=Subscription.Frequency.AT_ONCE,
        error_messages={"required": gettext_lazy("Choose how often.")},
    )


class ManageForm(forms.Form):
    """Button of the page with all alerts of one address."""

    action = forms.ChoiceField(choices=[(each, "") for each in ("change", "end", "end-all")])
    subscription = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    frequency = forms.ChoiceField(required=False, choices=FREQUENCIES)


@cost(4)  # two searches
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show what the alerts would be about, and ask for the address."""
    return _form_page(request, SearchForm(request.GET), AlertForm())


@csrf_exempt  # the public has no session, so there is nothing to forge
@cost(lambda method, **_: 60 if method == "POST" else 0)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """Mail a link to confirm. Answers the same whether the address is known or not.

    Redirects a GET, as by a reload from the address bar, to the form about the same.
    """
    if request.method != "POST":
        return redirect(reverse("alerts") + query_string(request.GET).removesuffix("?"))
    search, form = SearchForm(request.GET), AlertForm(request.POST)
    if not form.is_valid() or not outgoing.is_configured():
        return _form_page(request, search, form)
    if is_exhausted(request, "alerts", REQUESTS_PER_HOUR, HOUR):
        return too_many_requests(request, HOUR)
    subscriptions.request_alerts(
        form.cleaned_data["address"],
        _criteria(search),
        form.cleaned_data["frequency"],
        translation.get_language(),
        timezone.now(),
    )
    return redirect("alerts-sent")


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    sentences = [
        _("We sent you a link. Open it within two days and confirm; your alerts begin then."),
        _("If nothing arrives, look in your spam folder, or try again tomorrow."),
    ]
    return render(
        request, "alerts/note.html", {"heading": _("Check your e-mail"), "sentences": sentences}
    )


def _criteria(form: SearchForm) -> Criteria:
    """Return what a list or search shows, without its dates and order."""
    if form.data.get("list") == Subscription.Kind.CORRECTIONS:
        return Criteria(kind=Subscription.Kind.CORRECTIONS)
    q = clean_values(Subscription, {"q": form.query.text})["q"]
    return Criteria(
        q=q, topic=form.value("topic") or "", language=(form.value("language") or "").lower()
    )


def _form_page(request: HttpRequest, search: SearchForm, form: AlertForm) -> HttpResponse:
    criteria = _criteria(search)
    dates = [name for name in ("year", "since", "until") if search.value(name)]
    about = {"q": criteria.q, "topic": criteria.topic, "language": criteria.language}
    if criteria.kind == Subscription.Kind.CORRECTIONS:
        about["list"] = criteria.kind
    context: dict[str, Any] = {
        "form": form,
        "wanted": describe(criteria),
        "query": query_string(about).removesuffix("?"),
        "ignored": [*search.ignored, *search.query.ignored, *([LEFT_OUT] if dates else [])],
        "is_offered": outgoing.is_configured(),
    }
    try:
        context["recent"] = recent(criteria, timezone.now())
    except SearchUnavailableError:
        context["is_search_down"] = True
    response = render(request, "alerts/form.html", context, status=422 if form.errors else 200)
    if "is_search_down" in context:
        response["Cache-Control"] = PRIVATE  # caches would show it until the next change
    return response


def _private(view: View) -> View:
    """Keep the response out of caches and referrers; answer 404 in words for a dead link."""

    @wraps(view)
    def private(request: HttpRequest, token: str) -> HttpResponseBase:
        try:
            response = view(request, token)
        except UnknownLinkError:
            sentences = [
                _("It is cut off or too old, or your alerts have already ended."),
                _("To get alerts, follow “Get alerts by e-mail” on any list or search."),
            ]
            context = {"heading": _("This link does not work"), "sentences": sentences}
            response = render(request, "alerts/note.html", context, status=404)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return private


@csrf_exempt  # the token is the secret
@cost(10)
@require_http_methods(["GET", "HEAD", "POST"])
@_private
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask for one click, then begin the subscription."""
    subscription = subscriptions.read_confirmation(token)
    with translation.override(subscription.subscriber.language):
        context: dict[str, Any] = {
            "heading": _("Confirm your alerts"),
            "wanted": [_in_words(subscription)],
            "button": _("Confirm"),
        }
        if request.method == "POST":
            try:
                subscriber = subscriptions.confirm(token, timezone.now())
                return redirect("alerts-mine", token=subscriber.token)
            except SearchUnavailableError:
                context["sentences"] = [_("Search is unavailable. Try again later.")]
        return render(request, "alerts/note.html", context)


@csrf_exempt
@cost(10)
@require_http_methods(["GET", "HEAD", "POST"])
@_private
def mine(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show all subscriptions of one address; change or end them."""
    subscriber = subscriptions.read_subscriber(token)
    with translation.override(subscriber.language):
        done = _change(request, subscriber) if request.method == "POST" else ""
        found = subscriptions.active(subscriber)
        context = {
            "address": subscriber.address,
            "done": done,
            "frequencies": FREQUENCIES,
            "subscriptions": [
                {"key": each.pk, "wanted": wanted, "frequency": each.frequency}
                for each, wanted in zip(found, describe_all(found), strict=True)
            ],
        }
        return render(request, "alerts/mine.html", context)


def _change(request: HttpRequest, subscriber: Subscriber) -> str:
    """Do what the button says; return a sentence that it is done, "" if it is not."""
    form = ManageForm(request.POST)
    if not form.is_valid():
        return ""
    now, key = timezone.now(), form.cleaned_data["subscription"] or 0
    if form.cleaned_data["action"] == "end-all":
        subscriptions.end_all(subscriber, now)
        return _("All alerts are stopped.")
    if form.cleaned_data["action"] == "end":
        return _("These alerts are stopped.") if subscriptions.end(subscriber, [key], now) else ""
    frequency = form.cleaned_data["frequency"]
    return _save(subscriber, key, frequency, now) if frequency else ""


def _save(subscriber: Subscriber, key: int, frequency: str, at: datetime.datetime) -> str:
    try:
        is_mailed = subscriptions.change_frequency(subscriber, key, frequency, at)
    except SearchUnavailableError:
        return _("Search is unavailable. Try again later.")
    if is_mailed:
        return _("Saved. We are sending what was waiting for your next e-mail.")
    return "" if is_mailed is None else _("Saved.")


@csrf_exempt
@cost(1)  # large mail services post for all of their readers from few networks
@require_http_methods(["GET", "HEAD", "POST"])
@_private
def end(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask for one click, then end what a mail was sent for. Mail programs post at once (RFC
    8058)."""
    found = subscriptions.read_ending(token)
    subscriber = found[0].subscriber
    with translation.override(subscriber.language):
        wanted = describe_all(found)
        if request.method == "POST":
            subscriptions.end(subscriber, [each.pk for each in found], timezone.now())
            context = {"heading": _("These alerts are stopped."), "wanted": wanted}
            return render(request, "alerts/note.html", context)
        context = {
            "heading": _("Stop these alerts?"),
            "wanted": wanted,
            "button": _("Stop these alerts"),
        }
        return render(request, "alerts/note.html", context)


@csrf_exempt
@cost(1)
@require_http_methods(["GET", "HEAD", "POST"])
@_private
def press_mail(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask for one click, then mail a journalist nothing more."""
    person = press.read_journalist(token)
    with translation.override(person.language):
        if request.method == "POST":
            person.stop(person.Stop.ASKED, "", timezone.now())
            context = {"heading": _("We will not send you any more press e-mails.")}
        else:
            context = {
                "heading": _("Stop our press mails to %(address)s?") % {"address": person.address},
                "button": _("Stop these mails"),
            }
        return render(request, "alerts/note.html", context)


def _in_words(subscription: Subscription) -> str:
    often = dict(FREQUENCIES)[Subscription.Frequency(subscription.frequency)]
    return f"{describe(subscription)} ({often})"
