"""Certificates are read once for a process and a choice of the user's."""

from pathlib import Path

import certifi

from intarsia.certificates import trusted

END = "-----END CERTIFICATE-----\n"


def test_certificates_are_read_again_only_for_another_file(monkeypatch, tmp_path):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    usual = trusted()
    assert trusted() is usual
    assert len(usual.get_ca_certs()) > 1

    ours = tmp_path / "ours.pem"
    ours.write_text(Path(certifi.where()).read_text(encoding="utf-8").partition(END)[0] + END)
    monkeypatch.setenv("SSL_CERT_FILE", str(ours))
    assert len(trusted().get_ca_certs()) == 1
    assert trusted() is trusted()
