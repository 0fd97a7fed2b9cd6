// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Protocol.T30.Transcripts;

namespace Hermetic.Cli.Replay;

/// <summary>`hermetic replay`: drives the T.30 engine with a transcript again and says whether it does the same.
/// There is nothing random in it, and no clock: the times are the transcript's.</summary>
internal sealed class ReplayCommand(string path, bool json, TextWriter output, TextWriter error)
{
    private const string WhatATranscriptIs = "A transcript is what `--transcript FILE` of `hermetic send` and "
        + "`hermetic listen` writes; docs/formats/transcript.md describes it.";

    public ExitCode Run()
    {
        TranscriptReplayReport report;
        try
        {
            report = TranscriptReplay.Run(Steps());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error.WriteLine("hermetic replay: the transcript can't be opened. Is the name right, and may you read it?");
            return ExitCode.Machine;
        }
        catch (InvalidDataException failure)
        {
            error.WriteLine($"hermetic replay: {failure.Message}. {WhatATranscriptIs}");
            return ExitCode.BadDocument;
        }

        if (json)
        {
            output.WriteLine(Json(report));
        }
        else
        {
            Tell(report);
        }

        return report.IsSame ? ExitCode.Success : report.Result is null ? ExitCode.BadDocument : ExitCode.FaxFailed;
    }

    // Shows what was said while the engine reads it.
    private IEnumerable<string> Steps()
    {
        using StreamReader reader = new(path);
        foreach (string line in TranscriptLines.Read(reader))
        {
            if (!json && IsStep(line))
            {
                output.WriteLine(line);
            }

            yield return line;
        }
    }

    // Frames, pages, phases and the end; not the packets, nor each piece of an image.
    private static bool IsStep(string line) => line.Split(' ') is [_, "<" or ">" or "=", var kind, ..]
        && kind is not ("image" or "timer" or "command" or "sent" or "coded");

    private void Tell(TranscriptReplayReport report)
    {
        if (report.IsSame)
        {
            error.WriteLine($"The engine did the same again: {report.Result!.Words} ({report.Result.Clause}).");
            return;
        }

        error.WriteLine($"hermetic replay: line {report.Line}: {report.Fault}.");
        if (report.Recorded is not null || report.Replayed is not null)
        {
            error.WriteLine($"  recorded: {report.Recorded ?? "(nothing more)"}");
            error.WriteLine($"  replayed: {report.Replayed ?? "(nothing more)"}");
        }

        if (report.Result is null)
        {
            error.WriteLine(WhatATranscriptIs);
        }
    }

    private static string Json(TranscriptReplayReport report)
    {
        using MemoryStream octets = new();
        using (Utf8JsonWriter writer = new(octets))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("same", report.IsSame);
            if (!report.IsSame)
            {
                writer.WriteString("fault", report.Fault);
                writer.WriteNumber("line", report.Line);
                writer.WriteString("recorded", report.Recorded);
                writer.WriteString("replayed", report.Replayed);
            }

            if (report.Result is { } result)
            {
                writer.WriteString("reason", result.Words);
                writer.WriteString("clause", result.Clause);
                writer.WriteNumber("pagesSent", result.PagesSent);
                writer.WriteNumber("pagesReceived", result.PagesReceived);
            }

            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(octets.ToArray());
    }
}
