"""Forms check shape; what may be done is the services' to say."""

from typing import Any

from django import forms

from accounts.models import Role, Unit, User
from accounts.services.users import check_password_rules, set_password
from core.exceptions import DomainError


class AccountForm(forms.Form):
    """Base of the forms here: the theme's controls, and a place beside a field for what a service refuses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs.setdefault("class", "form-select" if select else "form-control")

    def refuse(self, error: DomainError, *, beside: str | None = None) -> None:
        """Show a refusal beside the field that it is about, or above the form."""
        field = getattr(error, "field", beside)
        self.add_error(field if field in self.fields else None, error.message)


def _password(label: str, *, new: bool) -> forms.CharField:
    complete = "new-password" if new else "current-password"
    widget = forms.PasswordInput(attrs={"autocomplete": complete})
    hint = "至少 10 位，不要只用数字。" if new else ""
    return forms.CharField(label=label, strip=False, max_length=128, widget=widget, help_text=hint)


def _identifier() -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})
    return forms.CharField(label="手机号或电子邮箱", max_length=120, widget=widget)


def _short_code(label: str) -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
    hint = "10 个字母和数字，大小写和中间的横线不影响。"
    return forms.CharField(label=label, max_length=30, widget=forms.TextInput(attrs=attrs), help_text=hint)


class SignInForm(AccountForm):
    username = _identifier()
    password = _password("密码", new=False)


class SignUpForm(AccountForm):
    """An account by oneself: as few fields as will do, the name being a guardian's for a child."""

    name = forms.CharField(
        label="真实姓名",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="给未成年选手报名的，请由监护人注册，填监护人的姓名。",
    )
    identifier = _identifier()
    password = _password("设置密码", new=True)
    agreed = forms.BooleanField(
        label="我已阅读并同意隐私说明",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )


class MailResetForm(AccountForm):
    email = forms.EmailField(label="电子邮箱", widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class NewPasswordForm(AccountForm):
    """For Django's view of a mailed link: it makes the form with the account and saves it."""

    password = _password("新密码", new=True)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        try:
            check_password_rules(password, self.user)
        except DomainError as error:
            raise forms.ValidationError(error.message) from error
        return password

    def save(self) -> User:
        set_password(user=self.user, password=self.cleaned_data["password"])
        return self.user


class CodeResetForm(AccountForm):
    identifier = _identifier()
    code = _short_code("重置码")
    password = _password("新密码", new=True)


class CodeForm(AccountForm):
    code = _short_code("登录码")


class JoinForm(AccountForm):
    """A new account made from an invitation."""

    name = forms.CharField(label="姓名", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label="手机号", max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "tel"})
    )
    email = forms.CharField(
        label="电子邮箱", max_length=120, required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = _password("密码", new=True)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned is not None and not self.errors and not cleaned.get("phone") and not cleaned.get("email"):
            self.add_error("phone", "手机号和电子邮箱至少填一项，用来登录。")
        return cleaned


class PasswordForm(AccountForm):
    """One's own password, from the account page."""

    old_password = _password("原密码", new=False)
    password = _password("新密码", new=True)


class GrantForm(AccountForm):
    """A role, with a unit where the role needs one."""

    role = forms.ChoiceField(label="角色", choices=[("", "请选择"), *Role.choices])
    unit = forms.ModelChoiceField(
        label="所属单位",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="（无）",
        help_text="单位联络员必填；评委填写后，系统会提示应回避的本单位选手。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.fields["unit"]
        assert isinstance(units, forms.ModelChoiceField)
        units.queryset = Unit.objects.filter(is_active=True).order_by("name")


class PersonForm(GrantForm):
    """Someone added by an organiser: no password, for the person sets that himself."""

    field_order = ["name", "phone", "email", "role", "unit"]
    name = forms.CharField(label="姓名", max_length=60)
    phone = forms.CharField(
        label="手机号", max_length=30, required=False, help_text="手机号和邮箱可以都不填：评委可只凭登录码登录。"
    )
    email = forms.CharField(label="电子邮箱", max_length=120, required=False)


class InvitationForm(GrantForm):
    field_order = ["name", "role", "unit"]
    name = forms.CharField(label="被邀请人姓名", max_length=60)


class UnitForm(AccountForm):
    name = forms.CharField(label="单位名称", max_length=80)


class AliasForm(AccountForm):
    name = forms.CharField(label="别名", max_length=80, help_text="Excel 表里可能出现的另一种写法。")
