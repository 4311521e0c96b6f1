"""A door with TLS in front of the tests' database: the embedded server has none, and what counts is the client's look
at the certificate."""

import contextlib
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "localhost"
SSL_REQUEST, GSS_REQUEST = (80_877_103).to_bytes(4, "big"), (80_877_104).to_bytes(4, "big")
DAY = dt.timedelta(days=1)


@dataclass
class Authority:
    """Signs certificates of the database; the one who trusts it reads `root`."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def root(self) -> Path:
        """Its own certificate."""
        return self._written("root", self._signed(self.key.public_key(), "authority", dt.timedelta(days=10)))

    def certificate(self, *, ends_in: dt.timedelta) -> ssl.SSLContext:
        """A server's certificate for `localhost` that ends then, ready to be shown."""
        own = ec.generate_private_key(ec.SECP256R1())
        certificate = self._written(f"server{ends_in.days}", self._signed(own.public_key(), NAME, ends_in))
        words = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        key = certificate.with_suffix(".key")
        key.write_bytes(own.private_bytes(*words))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    def _signed(self, key: ec.EllipticCurvePublicKey, name: str, ends_in: dt.timedelta) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
        builder = x509.CertificateBuilder(
            issuer_name=issuer,
            subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
            public_key=key,
            serial_number=x509.random_serial_number(),
            not_valid_before=now - 30 * DAY,
            not_valid_after=now + ends_in,
        )
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=name != NAME, path_length=None), critical=True)
        return builder.sign(self.key, hashes.SHA256())

    def _written(self, name: str, certificate: x509.Certificate) -> Path:
        path = self.folder / f"{name}.crt"
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return path


@dataclass
class Door:
    """Shows its certificate to the one who comes, and passes on to the server what it is told."""

    server: tuple[int, str | tuple[str, int]]
    certificate: ssl.SSLContext
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def port(self) -> int:
        """Where it stands."""
        return self.listener.getsockname()[1]

    def open(self) -> None:
        """Let them in, until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                visitor, _address = self.listener.accept()
                threading.Thread(target=self._serve, args=(visitor,), daemon=True).start()

    def _serve(self, visitor: socket.socket) -> None:
        with contextlib.suppress(OSError), visitor:
            while (request := visitor.recv(8)[4:]) == GSS_REQUEST:
                visitor.sendall(b"N")
            if request != SSL_REQUEST:
                return
            visitor.sendall(b"S")
            family, address = self.server
            with (
                self.certificate.wrap_socket(visitor, server_side=True) as inside,
                socket.socket(family) as server,
            ):
                server.connect(address)
                back = threading.Thread(target=_pass_on, args=(server, inside), daemon=True)
                back.start()
                _pass_on(inside, server)
                back.join()


def _pass_on(taker: socket.socket, giver: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := taker.recv(65_536):
            giver.sendall(data)
        giver.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def in_front_of(params: dict[str, str], certificate: ssl.SSLContext) -> Iterator[Door]:
    """A door to the server that these parameters of a connection name."""
    host, port = str(params.get("host") or "/tmp"), int(params.get("port") or 5432)  # noqa: S108
    is_path = host.startswith("/")
    server = (socket.AF_UNIX, f"{host}/.s.PGSQL.{port}") if is_path else (socket.AF_INET, (host, port))
    door = Door(server, certificate)
    keeper = threading.Thread(target=door.open, daemon=True)
    keeper.start()
    try:
        yield door
    finally:
        door.listener.shutdown(socket.SHUT_RDWR)
        door.listener.close()
        keeper.join()
