"""The demo unit's people at the desk; imports nothing heavy, because the player needs no more of the set-up than the password."""

from app.domain.operator import Role

PASSWORD = "yanshi-2026"
ACCOUNTS = (("admin", "周建国", Role.ADMIN), ("fuhe", "李晓明", Role.REVIEWER), ("jingban", "王芳", Role.CLERK))
