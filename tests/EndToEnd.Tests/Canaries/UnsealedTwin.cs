// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Net;
using System.Text;
using Hermetic.Documents.Tiff;
using Hermetic.Durable;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;
using Hermetic.TestKit.Pages;
using Hermetic.Vault.Blobs;

namespace Hermetic.EndToEnd.Tests.Canaries;

/// <summary>What `serve` would be with sealing switched off, which it can't be: takes the same call, and writes all
/// that came with it in the clear, into the same kinds of blobs and records, and into temporary files and a log in each
/// form that the search knows. What is not found of it, the search would not find of anybody.</summary>
internal sealed class UnsealedTwin : IAsyncDisposable
{
    private readonly BitmapSink _pages = new();
    private readonly TaskCompletionSource<CallReport> _ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FaxEndpoint? _line;
    private IncomingCall? _call;
    private T30Addressing? _addressing;

    public int Port => _line!.Listening[0].Address.Port;

    public IReadOnlyList<PageBitmap> Pages => _pages.Pages;

    public static async Task<UnsealedTwin> StartAsync()
    {
        UnsealedTwin twin = new();
        twin._line = await FaxEndpoint.StartAsync(
            new()
            {
                Listeners = [new SipListener(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 0))],
                OnIncoming = twin.Take,
            },
            TimeProvider.System, cancellation: TestContext.Current.CancellationToken);
        return twin;
    }

    /// <summary>Writes the call down, once it is over.</summary>
    public async Task WriteAsync(CanaryServer server, FaxStore store)
    {
        CallReport report = await _ended.Task.WaitAsync(TestContext.Current.CancellationToken);
        string text = string.Join('\n', _call!.DialledNumber, _call.CallerNumber, _call.CallerName,
            report.T30!.RemoteStationId, _addressing!.SubAddress, CanaryFax.Tenant);
        byte[] octets = [.. Encoding.UTF8.GetBytes(text), .. _pages.Pages.SelectMany(PageOctets)];
        await WriteRecordsAsync(store, octets, new FileBlobs(new DiskFiles(server.Data)));
        WriteForms(server, text, octets);
    }

    public ValueTask DisposeAsync() => _line?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static byte[] PageOctets(PageBitmap page) =>
    [
        .. page.Bits, .. CanaryFax.Coded(page).T6.ToArray(),
        .. FaxCodec.Encode(FaxCompression.Mr, page), .. FaxCodec.Encode(FaxCompression.Mh, page),
    ];

    private static void WriteForms(CanaryServer server, string text, byte[] octets)
    {
        byte[] turned = [.. octets.Select(Turned)];
        string numbers = string.Join('\n', text.Split('\n').Select(line => new string([.. line.Reverse()])));
        Write("raw", octets);
        Write("turned", turned);
        Write("t30", [.. Encoding.UTF8.GetBytes(numbers).Select(Turned)]);
        Write("utf16", Encoding.Unicode.GetBytes(text));
        Write("utf16be", Encoding.BigEndianUnicode.GetBytes(text));
        Write("zlib", Packed(octets, to => new ZLibStream(to, CompressionLevel.Optimal, leaveOpen: true)));
        Write("gzip", Packed(octets, to => new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true)));
        List<string> lines = [Convert.ToHexString(octets), Convert.ToHexStringLower(octets)];
        for (int before = 0; before < 3; before++)
        {
            lines.Add(Convert.ToBase64String([.. new byte[before], .. octets]));
            lines.Add(Convert.ToBase64String([.. new byte[before], .. turned]));
        }

        File.WriteAllLines(Path.Combine(server.Logs, "unsealed.log"), lines);

        // Somewhere inside a file, as a form would lie.
        void Write(string name, byte[] form) => File.WriteAllBytes(
            Path.Combine(server.Temporary, $"unsealed.{name}"), [.. new byte[13], .. form, .. new byte[7]]);
    }

    private static byte[] Packed(byte[] octets, Func<Stream, Stream> pack)
    {
        using MemoryStream memory = new();
        using (Stream stream = pack(memory))
        {
            stream.Write(octets);
        }

        return memory.ToArray();
    }

    private static byte Turned(byte value)
    {
        int turned = 0;
        for (int bit = 0; bit < 8; bit++)
        {
            turned |= ((value >> bit) & 1) << (7 - bit);
        }

        return (byte)turned;
    }

    private IncomingDecision Take(IncomingCall call)
    {
        _call = call;
        _pages.Confirm = call.Handle.ConfirmPage;
        T30Settings t30 = new()
        {
            StationId = "111",
            Admit = addressing =>
            {
                _addressing = addressing;
                return true;
            },
        };
        return IncomingDecision.Accept(t30, _pages) with { OnEnded = _ended.SetResult };
    }

    // Where seals would be, the octets themselves.
    private async Task WriteRecordsAsync(FaxStore store, byte[] octets, FileBlobs blobs)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Guid tenant = Guid.CreateVersion7();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await store.Tenants.RegisterAsync(
            new TenantRecord(tenant, ServiceState.Active, now, 1, Encoding.UTF8.GetBytes(CanaryFax.Tenant)),
            cancellation);
        // A field holds no more than FieldCheck lets it.
        await store.Faxes.BeginAsync(
            new NewFax
            {
                TenantId = tenant,
                FaxId = Guid.CreateVersion7(),
                Direction = FaxDirection.Inbound,
                BegunAt = now,
                IdempotencyTag = new byte[32],
                KeyEpoch = 1,
                SealedStationId = octets[..Math.Min(octets.Length, 500)],
                SealedFileName = CanaryFax.Coded(_pages.Pages[0]).T6.ToArray(),
            },
            cancellation);
        foreach (PageBitmap page in _pages.Pages)
        {
            await blobs.PutAsync(new BlobName(tenant, Guid.CreateVersion7(), "page"),
                PageTiff.Write(CanaryFax.Coded(page), new PageQuality(page.Rows, 0, 0, 0)), cancellation);
        }
    }
}
