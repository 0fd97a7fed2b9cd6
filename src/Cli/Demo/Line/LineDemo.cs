// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Cli.Listen;
using Hermetic.Documents;
using Hermetic.Documents.Pdf;
using Hermetic.Durable;
using Hermetic.Protocol.T30;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;
using Spectre.Console;

namespace Hermetic.Cli.Demo.Line;

/// <summary>`hermetic demo --line`: faxes a synthetic prescription from one end to another on this machine over SIP and
/// T.38, and checks that what arrived is what was sent, pel by pel.</summary>
internal sealed class LineDemo(string folder, bool headless, TimeProvider time, IAnsiConsole console)
{
    private const string Number = "5550100";

    public async Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        (byte[]? pdf, Refusal? refusal) = SyntheticPrescription.Make();
        DocumentOutcome outcome = pdf is null
            ? new(null, refusal)
            : await FaxDocument.OpenAsync([pdf], new DocumentOptions { Sandbox = new(time) }, cancellation);
        if (outcome.Document is not { } document)
        {
            console.WriteLine($"hermetic demo: {outcome.Refusal}");
            return ExitCode.Machine;
        }

        Directory.CreateDirectory(folder);
        DiskFiles files = new(folder);
        files.Replace("synthetic-prescription.pdf", pdf!);
        console.WriteLine($"A synthetic prescription of {document.Count} pages goes from one end to the other, over "
            + "SIP and T.38 on this machine, at the speed of a telephone line.");
        DemoScreen screen = new(console, !headless && console.Profile.Capabilities.Interactive);
        Task showing = screen.RunAsync();
        (CallReport report, CallReport received, IReadOnlyList<string> names) =
            await CallAsync(document, files, screen, cancellation);
        screen.Complete();
        await showing;
        return await ReportAsync(document, report, received, names, cancellation);
    }

    private async Task<(CallReport Sent, CallReport Received, IReadOnlyList<string> Names)> CallAsync(
        FaxDocument document, DiskFiles files, DemoScreen screen, CancellationToken cancellation)
    {
        TaskCompletionSource<(CallReport, IReadOnlyList<string>)> arrived =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        SipListener anywhere = new(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 0));
        ListenOptions options = new() { Sip = [anywhere], Folder = folder, Pdf = true, StationId = Number };
        await using Listener listener = new(options, new FaxFolder(files, time), time, static _ => { })
        {
            OnFax = (report, files) => arrived.TrySetResult((report, files.Names)),
            Watch = _ => new CallWatch(new DemoWatch(DemoEnd.Receiver, screen.Add)),
        };
        await listener.StartAsync(cancellation);
        await using FaxEndpoint sender = await FaxEndpoint.StartAsync(new() { Listeners = [anywhere] }, time,
            cancellation: cancellation);
        using CallWatch watch = new(new DemoWatch(DemoEnd.Sender, screen.Add));
        CallReport sent = await sender.SendAsync(new()
        {
            To = $"sip:{Number}@{listener.Listening[0].Address}",
            Pages = document,
            T30 = new() { StationId = "5550199" },
            T30Observer = watch,
            T38Observer = watch,
        }, cancellation);
        if (!sent.IsSuccess)
        {
            return (sent, sent, []);
        }

        (CallReport received, IReadOnlyList<string> names) = await arrived.Task.WaitAsync(cancellation);
        return (sent, received, names);
    }

    private async Task<ExitCode> ReportAsync(FaxDocument document, CallReport sent, CallReport received,
        IReadOnlyList<string> names, CancellationToken cancellation)
    {
        string? wrong = !sent.IsSuccess ? $"the fax did not go through: {sent.Reason} ({sent.Clause})"
            : !received.IsSuccess ? $"the fax was not received: {received.Reason} ({received.Clause})"
            : names.Count == 0 ? "nothing was stored"
            : await DifferenceAsync(document, Path.Combine(folder, names[0]), cancellation);
        if (wrong is not null)
        {
            console.WriteLine($"hermetic demo: {wrong}");
            return ExitCode.FaxFailed;
        }

        T30Result fax = received.T30!;
        console.WriteLine($"{document.Count} pages sent, received, stored and confirmed in "
            + $"{sent.Duration.TotalSeconds:F0} s: {fax.Modulation?.BitsPerSecond()} bit/s, "
            + $"{(fax.Ecm ? "ECM" : "no ECM")}, {fax.Compression?.ToString().ToUpperInvariant()}. "
            + "Every pel arrived as it was sent.");
        console.WriteLine("The received pages:");
        foreach (string name in names)
        {
            console.WriteLine($"  {Path.Combine(folder, name)}");
        }

        return ExitCode.Success;
    }

    // Reads the stored TIFF back, so that the disk is part of what is checked.
    private static async Task<string?> DifferenceAsync(FaxDocument sent, string path, CancellationToken cancellation)
    {
        DocumentOutcome stored = await FaxDocument.OpenAsync([path], new DocumentOptions(), cancellation);
        if (stored.Document is not { } document)
        {
            return $"the stored fax can't be read back: {stored.Refusal}";
        }

        if (document.Count != sent.Count)
        {
            return $"{document.Count} pages arrived, {sent.Count} were sent";
        }

        for (int i = 0; i < sent.Count; i++)
        {
            if (!sent.Pages[i].HasSameRows(document.Pages[i]))
            {
                return $"page {i + 1} arrived changed";
            }
        }

        return null;
    }
}
