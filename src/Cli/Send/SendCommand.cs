// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Cli.Transcripts;
using Hermetic.Documents;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;

namespace Hermetic.Cli.Send;

/// <summary>`hermetic send`: files into pages, then one call. Progress and errors go to standard error, the JSON line
/// to standard output.</summary>
internal sealed class SendCommand(SendOptions options, TimeProvider time, TextWriter output, TextWriter error)
{
    public async Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        if (options.Transcript is { } path && !TranscriptFile.CanWrite(path))
        {
            error.WriteLine("hermetic send: the file of --transcript can't be written. Nothing was sent.");
            return ExitCode.Machine;
        }

        (FaxDocument? document, ExitCode refused) = await RenderAsync(cancellation);
        return document is null ? refused : await CallAsync(document, cancellation);
    }

    private async Task<(FaxDocument? Document, ExitCode Refused)> RenderAsync(CancellationToken cancellation)
    {
        DocumentOptions rendering = new() { Resolution = options.Resolution, Sandbox = new(time) };
        DocumentOutcome outcome = await FaxDocument.OpenAsync(options.Files, rendering, cancellation);
        if (outcome.Refusal is { } refusal)
        {
            // The file's place on the command line and not its name, which may be a patient's.
            string file = options.Files.Count > 1 ? $"file {refusal.File + 1}, " : "";
            error.WriteLine($"hermetic send: {file}{refusal}. Nothing was sent.");
            return (null, refusal.Code is RefusalCode.NoSandbox or RefusalCode.NoFont
                ? ExitCode.Machine : ExitCode.BadDocument);
        }

        foreach (DocumentNote note in outcome.Document!.Notes)
        {
            error.WriteLine($"page {note.Page}: {note.Text}");
        }

        error.WriteLine($"{SendProgress.Pages(outcome.Document.Count)}, "
            + SendProgress.Words(outcome.Document.FormatOf(0)));
        return (outcome.Document, ExitCode.Success);
    }

    private async Task<ExitCode> CallAsync(FaxDocument document, CancellationToken cancellation)
    {
        FaxEndpoint endpoint;
        try
        {
            endpoint = await FaxEndpoint.StartAsync(Settings(), time, cancellation: cancellation);
        }
        catch (IOException)
        {
            error.WriteLine("hermetic send: our own SIP address can't be bound: another program has the port, or it "
                + "is no address of this machine. Give another with --sip");
            return ExitCode.Machine;
        }

        await using (endpoint)
        {
            SendProgress progress = new(document.Count, error);
            await using DiskQueue queue = new(_ => error.WriteLine("the transcript could not be written"));
            TranscriptFile? file = options.Transcript is { } path ? new(path, queue) : null;
            using CallWatch watch = file is null ? new(progress) : new(progress, file.Writer, file);
            CallReport report = await endpoint.SendAsync(new()
            {
                To = options.To,
                From = options.From.Length > 0 ? options.From : null,
                Pages = document,
                T30 = new() { StationId = options.From, Ecm = options.Ecm, RateMax = options.Rate },
                T30Observer = watch,
                T38Observer = watch,
                OnProgress = progress.OnProgress,
            }, cancellation);
            return Report(report, document.Count);
        }
    }

    private FaxEndpointSettings Settings()
    {
        SipListener local = options.Local
            ?? new(SipTransportKind.Udp, new IPEndPoint(Addresses.LocalFor(options.To), 0));
        return new() { Listeners = [local] };
    }

    private ExitCode Report(CallReport report, int pages)
    {
        if (options.Json)
        {
            output.WriteLine(report.ToJsonLine());
        }

        int confirmed = report.T30?.PagesSent ?? 0;
        bool all = report.IsSuccess && confirmed == pages;
        string what = all ? "sent" : $"failed: {report.Reason} ({report.Clause})";
        error.WriteLine($"{what}; {confirmed} of {SendProgress.Pages(pages)} confirmed in "
            + $"{report.Duration.TotalSeconds:F0} s");
        if (!all && report.T30?.RetryMayHelp == true)
        {
            error.WriteLine("Calling again may help.");
        }

        return all ? ExitCode.Success
            : report.IsSuccess ? ExitCode.FaxFailed
            : ExitCodes.Of(report.Outcome);
    }
}
