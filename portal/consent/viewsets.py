from cookie_consent.models import Cookie, CookieGroup
from django import forms
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from portal.consent.admin_forms import CookieWithProfileForm, GroupWithProfileForm


class CookieGroupViewSet(SnippetViewSet):
    """Purposes, about each of which visitors decide as a whole."""

    model = CookieGroup
    icon = "folder-open-inverse"
    menu_label = "Groups"
    list_display = ["name", "varname", "is_required", "ordering"]
    sort_order_field = "ordering"
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = [
        "name",
        "varname",
        "description",
        "is_required",
        "ordering",
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("varname", heading="Short name, fixed once created"),
            FieldPanel("description", heading="What these cookies do"),
            FieldPanel("when_refused"),
            FieldPanel("provider"),
            FieldPanel(
                "is_required",
                heading="Essential",
                help_text="Visitors cannot refuse essential cookies. Tick only if "
                "the website cannot work without them.",
            ),
            FieldPanel("ordering", heading="Position in the list"),
        ],
        base_form_class=GroupWithProfileForm,
    )


class CookieViewSet(SnippetViewSet):
    """Every single item that the site or a provider keeps in the browser."""

    model = Cookie
    icon = "list-ul"
    menu_label = "Cookies and other storage"
    list_display = ["name", "cookiegroup", "domain", "path"]
    list_filter = ["cookiegroup"]
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["name", "cookiegroup", "description", "path", "domain"]
    edit_handler = ObjectList(
        [
            FieldPanel("cookiegroup", heading="Group", widget=forms.Select),
            FieldPanel("name"),
            FieldPanel("kind"),
            FieldPanel("description", heading="Purpose"),
            FieldPanel("lifetime"),
            FieldPanel("provider"),
            MultiFieldPanel(
                [
                    FieldPanel("domain", help_text="Blank means this website only."),
                    FieldPanel("path", widget=forms.TextInput),
                ],
                heading="Where the browser sends it",
            ),
        ],
        base_form_class=CookieWithProfileForm,
    )


class CookiesViewSetGroup(SnippetViewSetGroup):
    """The menu “Cookies” of those who look after them."""

    menu_label = "Cookies"
    menu_name = "cookies"
    menu_icon = "clipboard-list"
    menu_order = 450
    items = (CookieGroupViewSet, CookieViewSet)
