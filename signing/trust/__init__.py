"""Certificates, revocation, the signed directory snapshot: who may be believed."""
