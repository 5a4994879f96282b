"""Making users and changing passwords."""

import re
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from lianfang.accounts.errors import PASSWORD_WEAK, USERNAME_INVALID, USERNAME_TAKEN
from lianfang.accounts.models import User
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission

_USERNAME = re.compile(r"[\w.-]{2,60}")


def create_user(*, actor: Actor, username: str, display_name: str, password: str, now: datetime) -> User:
    """A user without appointments. Raises username.invalid, username.taken, password.weak, forbidden."""
    actor.require(Permission.USER_MANAGE)
    name = username.strip().lower()
    if not _USERNAME.fullmatch(name):
        raise ProblemError(USERNAME_INVALID)
    user = User(username=name, display_name=display_name.strip()[:80], created_at=now)
    check_password_strength(password, user)
    user.set_password(password)
    with transaction.atomic():
        if User.objects.filter(username=name).exists():
            raise ProblemError(USERNAME_TAKEN)
        user.save(force_insert=True)
        audit.record(actor=actor, action="user.created", now=now, kind="user", object_id=user.pk)
    return user


def check_password_strength(password: str, user: User) -> None:
    """Raises password.weak with the validators' codes, e.g. ["password_too_short"]."""
    try:
        validate_password(password, user)
    except ValidationError as problem:
        reasons = [str(error.code) for error in problem.error_list]
        raise ProblemError(PASSWORD_WEAK, reasons=reasons) from problem
