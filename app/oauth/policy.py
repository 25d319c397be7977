"""Numbers of the sign-in with an account from elsewhere."""

STATE_LIFE_S = 600  # as long as a provider's code
MOST_STATES = 3  # so many tabs may be on their way at once
NEXT_LONGEST = 300  # the session is a cookie

BINDING_LIFE_S = 300
# each showing of the bind page signs anew, for who waits for an SMS; but not for ever
BINDING_MOST_S = 1800
REMEMBER_WHERE_S = 86_400  # an old binding binds nothing, but still knows where its holder wanted to go

SUGGESTION_LONGEST = 14  # leaves room for a number behind it

LINKED, UNLINKED = "account_linked", "account_unlinked"  # lines of the security log
