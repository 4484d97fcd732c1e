import pytest
from django.template import Context, Engine
from django.utils import translation

from pressroom.infra import office
from releases.models import Office
from releases.templatetags import fragments

LIBRARIES = {
    "fragments": "releases.templatetags.fragments",
    "i18n": "django.templatetags.i18n",
}
LOADED = "{% load fragments i18n %}"
SOURCE = (
    LOADED + '{% fragment here %}{{ office_name }}, {% translate "Search" %}, {{ here }}'
    "{{ odd }}{% endfragment %}"
)


def render(source: str = SOURCE, debug: bool = False, **values: object) -> list[str]:
    """Render the template once with each value of `odd`, which a fragment must not print."""
    template = Engine(debug=debug, libraries=LIBRARIES).from_string(source)
    return [template.render(Context({"office_key": "", **values, "odd": odd})) for odd in "ab"]


def test_fragment_is_rendered_once():
    assert render(office_name="Office", here="home") == ["Office, Search, homea"] * 2


def test_fragment_is_rendered_again_for_another_office_value_or_language():
    template = Engine(libraries=LIBRARIES).from_string(SOURCE)

    def rendered(office: str, here: str) -> str:
        return template.render(Context({"office_key": office, "office_name": office, "here": here}))

    shown = [rendered("Office", "home"), rendered("Bureau", "home"), rendered("Office", "topics")]
    with translation.override("es"):
        shown.append(rendered("Office", "home"))
    expected = ["Office, Search, home", "Bureau, Search, home", "Office, Search, topics"]
    assert shown == [*expected, "Office, Buscar, home"]


def test_fragment_follows_its_template_while_debugging():
    assert render(debug=True, here="x") == [", Search, xa", ", Search, xb"]


def test_page_of_no_office_renders_its_own():
    assert render(office_key=None, here="x") == [", Search, xa", ", Search, xb"]


def test_fragment_prints_the_number_of_a_release_in_addresses():
    libraries = {**LIBRARIES, "interface": "releases.templatetags.interface"}
    source = (
        "{% load fragments interface %}{% fragment printing number %}"
        "{{ number }}: {% release_address 'cite' number %}{% endfragment %}"
    )
    template = Engine(libraries=libraries).from_string(source)

    for number in ("2024-0001", "2024-0002", "2024-123456"):
        shown = template.render(Context({"office_key": "", "number": number}))
        assert shown == f"{number}: /releases/{number}/cite/"


def test_fragments_are_bounded(monkeypatch):
    monkeypatch.setattr(fragments, "MAX_RENDERED", 2)
    source = LOADED + ("{% for n in numbers %}{% fragment n %}{{ n }}{% endfragment %}{% endfor %}")
    assert render(source, numbers=range(5)) == ["01234"] * 2


@pytest.mark.django_db
def test_pages_show_each_new_setting_of_the_office(client):
    for changed in ({"name": "Bureau"}, {"color": "#7a1f1f"}, {"footer": "Ask us."}):
        before = client.get("/").content
        Office.objects.update_or_create(defaults=changed)
        office.forget()
        assert client.get("/").content != before


def test_fragment_prints_a_variable_that_differs_each_time():
    source = (
        LOADED + "{% fragment here printing odd %}{{ here }}{% if odd %}: {{ odd }}."
        "{% else %} {{ odd }}{% endif %}{% endfragment %}"
    )
    template = Engine(libraries=LIBRARIES).from_string(source)
    contexts = [Context({"office_key": "", "here": "home", "odd": odd}) for odd in ("a", "<b>", "")]
    shown = [template.render(context) for context in contexts]
    assert shown == ["home: a.", "home: &lt;b&gt;.", "home "]
    assert len(template.nodelist.get_nodes_by_type(fragments.FragmentNode)[0].rendered) == 2
