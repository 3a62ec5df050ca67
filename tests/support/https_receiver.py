"""Somebody's web server on this machine that speaks HTTPS alone, with a certificate of its own."""

import datetime
import ipaddress
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

WAIT = 300  # seconds; a bound on hanging, not on speed


class HttpsReceiver:
    """Keeps what it is sent, and hands out `files`: their bytes by their path."""

    def __init__(self, folder, port):
        """`port` 0 is any. `folder` gets the certificate and `trusted`."""
        self.requests = []
        self.files = {}
        self._came = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                receiver._give(self)

            def do_POST(self):
                receiver._keep(self)

            def log_message(self, *_):
                pass

        certificate, key = _certificate(folder)
        self.trusted = folder / "trusted.pem"
        """The usual authorities and this server's certificate, for SSL_CERT_FILE."""
        self.trusted.write_bytes(Path(certifi.where()).read_bytes() + certificate.read_bytes())
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"https://127.0.0.1:{self._server.server_port}"

    def _give(self, request):
        content = self.files.get(request.path)
        request.send_response(404 if content is None else 200)
        request.send_header("Content-Length", str(len(content or b"")))
        request.end_headers()
        request.wfile.write(content or b"")

    def _keep(self, request):
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in request.headers.items()}
        request.send_response(204)
        request.send_header("Content-Length", "0")
        request.end_headers()
        with self._came:
            self.requests.append((request.path, headers, body))
            self._came.notify_all()

    def got(self, wanted, wait=WAIT):
        """The requests about whose body `wanted` says yes, once there is one; `wait` in seconds."""

        def found():
            return [each for each in self.requests if wanted(each[2])]

        with self._came:
            assert self._came.wait_for(found, wait), self.requests
            return found()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def _certificate(folder):
    """A certificate for 127.0.0.1, good for an hour, and its key: two files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    pem = serialization.Encoding.PEM
    files[0].write_bytes(certificate.public_bytes(pem))
    files[1].write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
