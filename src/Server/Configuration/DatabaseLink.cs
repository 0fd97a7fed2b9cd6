// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Npgsql;

namespace Hermetic.Server.Configuration;

/// <summary>The way to PostgreSQL: over a network it is TLS, and the server shows whose it is. What travels is sealed,
/// and who faxes whom and when is not; nor is the password safe from whoever answers in the server's place.</summary>
internal static class DatabaseLink
{
    /// <summary>Complains of a connection string that is none, or that would cross a network in the clear.</summary>
    public static void Check(SettingSection store, string connection)
    {
        try
        {
            NpgsqlConnectionStringBuilder link = new(connection);
            if (link.SslMode is not (SslMode.VerifyCA or SslMode.VerifyFull)
                && (link.Host ?? "").Split(',').Any(host => !IsOnThisMachine(host.Trim())))
            {
                store.Complain("connection", "leads over a network without TLS, or without a look at the server's "
                    + "certificate: say \"SSL Mode=VerifyFull\" in it, with \"Root Certificate=FILE\" for an authority "
                    + "of your own, or name a host on this machine");
            }
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or KeyNotFoundException)
        {
            // The failure's own words may hold a value of it.
            store.Complain("connection", "is no connection string of PostgreSQL, as in "
                + "\"Host=db.example;Database=hermetic;Username=hermetic;SSL Mode=VerifyFull\"");
        }
    }

    // A folder with a Unix socket, one of the abstract namespace, or loopback. No host at all is refused by the driver.
    private static bool IsOnThisMachine(string host)
    {
        if (host.Length == 0 || host[0] is '/' or '@')
        {
            return true;
        }

        // HOST:PORT, and an IPv6 address with or without its brackets.
        string name = IPEndPoint.TryParse(host, out IPEndPoint? point) ? point.Address.ToString() : host.Split(':')[0];
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address));
    }
}
