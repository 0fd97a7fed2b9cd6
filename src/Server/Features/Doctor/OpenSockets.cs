// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Hermetic.Server.Features.Doctor;

/// <summary>A socket that waits for strangers.</summary>
/// <param name="IsTcp">TCP and listening; else UDP and not connected.</param>
/// <param name="Address">Where.</param>
internal sealed record OpenSocket(bool IsTcp, IPEndPoint Address);

/// <summary>What a running server really has open, as the kernel tells it (proc(5)): not what it was told to
/// open.</summary>
internal static class OpenSockets
{
    private const string Listening = "0A"; // TCP_LISTEN of the kernel's tcp_states.h
    private const string Unconnected = "07"; // TCP_CLOSE: what a UDP socket without a peer shows

    /// <summary>Processes that have a file open. Only those that this account may look into.</summary>
    public static IReadOnlyList<int> HoldersOf(string path)
    {
        string full = Path.GetFullPath(path);
        return [.. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(folder.AsSpan(6), CultureInfo.InvariantCulture, out int pid) ? pid : 0)
            .Where(pid => pid > 0 && LinksOf(pid).Contains(full))];
    }

    /// <summary>Their sockets.</summary>
    public static IReadOnlyList<OpenSocket> Of(IEnumerable<int> processes)
    {
        HashSet<string> inodes = [.. processes.SelectMany(LinksOf)
            .Where(link => link.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(link => link[8..^1])];
        return
        [
            .. Read("/proc/net/tcp", true, inodes), .. Read("/proc/net/tcp6", true, inodes),
            .. Read("/proc/net/udp", false, inodes), .. Read("/proc/net/udp6", false, inodes),
        ];
    }

    /// <summary>The sockets of a table of the kernel, as far as their inodes are asked for.</summary>
    public static IEnumerable<OpenSocket> Parse(IEnumerable<string> lines, bool isTcp, IReadOnlySet<string> inodes)
    {
        foreach (string line in lines.Skip(1))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == (isTcp ? Listening : Unconnected) && inodes.Contains(fields[9]))
            {
                yield return new OpenSocket(isTcp, AddressOf(fields[1]));
            }
        }
    }

    // ADDRESS:PORT in hexadecimal; the address in words of four octets, each in the machine's own order.
    private static IPEndPoint AddressOf(string text)
    {
        string[] parts = text.Split(':');
        byte[] octets = Convert.FromHexString(parts[0]);
        for (int word = 0; BitConverter.IsLittleEndian && word < octets.Length; word += 4)
        {
            Span<byte> four = octets.AsSpan(word, 4);
            BinaryPrimitives.WriteUInt32BigEndian(four, BinaryPrimitives.ReadUInt32LittleEndian(four));
        }

        IPAddress address = new(octets);
        return new IPEndPoint(
            address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address,
            int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    private static OpenSocket[] Read(string table, bool isTcp, HashSet<string> inodes) =>
        File.Exists(table) ? [.. Parse(File.ReadLines(table), isTcp, inodes)] : [];

    private static IEnumerable<string> LinksOf(int pid)
    {
        string[] files;
        try
        {
            files = Directory.GetFiles($"/proc/{pid}/fd");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        foreach (string file in files)
        {
            string? target = null;
            try
            {
                target = new FileInfo(file).LinkTarget;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Closed meanwhile.
            }

            if (target is not null)
            {
                yield return target;
            }
        }
    }
}
