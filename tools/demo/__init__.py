"""`make demo`: one sealed document travels province → city → county and is found again.

Everything runs as a user would run it: real node processes, the `yidao` and `yidao-node`
commands, SoftHSM tokens as UKEYs, openssl and poppler as outside judges.
"""
