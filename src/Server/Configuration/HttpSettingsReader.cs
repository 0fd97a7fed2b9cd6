// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Hermetic.Server.Configuration;

/// <summary>Reads where HTTP is served and how, and refuses each way of it that is open: in the clear beyond this
/// machine, without a certificate of one's own beyond it, with a key that others can read or that is too
/// short.</summary>
internal static class HttpSettingsReader
{
    private const int Port = 8080;

    public static HttpSettings Read(SettingSection http)
    {
        IReadOnlyList<IPEndPoint> listen = http.List("listen",
            text => IPEndPoint.TryParse(text, out IPEndPoint? address) ? (true, address) : default,
            "takes ADDRESS:PORT, e.g. \"127.0.0.1:8080\"");
        HttpSettings settings = new(
            listen.Count > 0 ? listen : [new(IPAddress.Loopback, Port)],
            http.Text("certificateFile") ?? "", http.Flag("clearText", false))
        {
            Hosts = http.List("hosts", text => (Uri.CheckHostName(text) != UriHostNameType.Unknown, text),
                "takes a host name or an address without port, e.g. \"fax.clinic.example\""),
        };
        bool leavesMachine = settings.Listen.Any(address => !IPAddress.IsLoopback(address.Address));
        if (leavesMachine && settings.ClearText)
        {
            http.Complain("clearText", "is true, and http.listen names an address outside of this machine: in the "
                + "clear only 127.0.0.1 and [::1] are served. Leave it out, and name a certificate");
        }

        if (leavesMachine && settings.CertificateFile.Length == 0)
        {
            http.Complain("listen", "names an address outside of this machine, and there is no certificate: name a PEM "
                + "file with certificate and private key in http.certificateFile, or listen on 127.0.0.1 or [::1]");
        }

        if (settings.ClearText && settings.CertificateFile.Length > 0)
        {
            http.Complain("certificateFile", "is named, and http.clearText is true: one or the other");
        }

        if (settings.CertificateFile.Length > 0)
        {
            CertificateFile.Check(http, "certificateFile", settings.CertificateFile);
        }

        http.Finish();
        return settings;
    }
}
