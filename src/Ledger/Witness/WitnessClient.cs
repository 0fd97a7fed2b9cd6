// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;

namespace Hermetic.Ledger.Witness;

/// <summary>The log's side of one witness (C2SP tlog-witness): sends each new checkpoint with its consistency proof,
/// and has the log keep the cosignature. A failing witness never holds up an append.</summary>
/// <param name="log">The log.</param>
/// <param name="witness">Whom to ask.</param>
/// <param name="http">Connects; its own timeout does not count.</param>
/// <param name="time">Drives waiting.</param>
/// <param name="settings">How often.</param>
public sealed class WitnessClient(
    LedgerLog log, WitnessEndpoint witness, HttpMessageInvoker http, TimeProvider time,
    WitnessSettings? settings = null)
{
    /// <summary>Our limit on an answer: a few signature lines, or one size.</summary>
    private const int AnswerBytesMax = 64 * 1024;

    private readonly WitnessSettings _settings = settings ?? new();
    private long _known; // size that the witness cosigned last, as far as we know
    private bool _told; // whether it was the witness who said so

    /// <summary>Told of every answer, with words for a log: no entry, no address of a person is in them.</summary>
    public Action<WitnessEndpoint, WitnessOutcome, string>? OnOutcome { get; init; }

    /// <summary>Asks for each checkpoint until cancelled, or until the log refuses.</summary>
    /// <exception cref="LedgerRefusedException">The log failed or was closed: there is nothing more to
    /// witness.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        TimeSpan backOff = TimeSpan.Zero;
        long cosigned = -1;
        bool again = false;
        while (true)
        {
            SignedCheckpoint latest = log.Latest;
            if (latest.Checkpoint.Size == cosigned)
            {
                latest = await log.IntegratedAsync(cosigned, cancellation).ConfigureAwait(false);
            }
            WitnessOutcome outcome = await AskAsync(latest, cancellation).ConfigureAwait(false);
            if (outcome == WitnessOutcome.OtherSize && !again)
            {
                again = true;
                continue;
            }
            bool done = outcome == WitnessOutcome.Cosigned;
            cosigned = done ? latest.Checkpoint.Size : cosigned;
            backOff = done ? TimeSpan.Zero : Longer(backOff);
            again = false;
            await Task.Delay(done ? _settings.Interval : backOff, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Asks about one checkpoint, once.</summary>
    public async Task<WitnessOutcome> AskAsync(SignedCheckpoint checkpoint, CancellationToken cancellation)
    {
        if (_known > checkpoint.Checkpoint.Size)
        {
            return Fork($"it has cosigned a tree of {_known}, and this log has {checkpoint.Checkpoint.Size}");
        }
        AddCheckpoint request = new(_known, log.ProveConsistency(_known, checkpoint), checkpoint.Note.ToBytes());
        using CancellationTokenSource limit = new(_settings.AnswerTimeout, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        HttpStatusCode status;
        byte[]? body;
        try
        {
            using HttpRequestMessage post = new(HttpMethod.Post, witness.AddCheckpoint)
            {
                Content = new ByteArrayContent(request.ToBytes()),
            };
            using HttpResponseMessage answer = await http.SendAsync(post, both.Token).ConfigureAwait(false);
            status = answer.StatusCode;
            body = await ReadAsync(answer.Content, both.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException
            && !cancellation.IsCancellationRequested)
        {
            return Say(WitnessOutcome.Unreachable, e is OperationCanceledException
                ? $"no answer within {_settings.AnswerTimeout.TotalSeconds} s" : "no connection");
        }
        return body is null ? Say(WitnessOutcome.Nonsense, $"it answered more than {AnswerBytesMax} bytes")
            : Judge(checkpoint, status, body);
    }

    private WitnessOutcome Judge(SignedCheckpoint checkpoint, HttpStatusCode status, byte[] body)
    {
        switch ((int)status)
        {
            case (int)WitnessStatus.Cosigned:
                bool signed = log.AddCosignatures(body, [witness.Key], checkpoint)
                    .Note.IsSignedBy(witness.Key, out string reason);
                (_known, _told) = signed ? (checkpoint.Checkpoint.Size, true) : (_known, _told);
                return signed ? Say(WitnessOutcome.Cosigned, $"it cosigned the tree of {checkpoint.Checkpoint.Size}")
                    : Say(WitnessOutcome.Nonsense, reason);
            case (int)WitnessStatus.Conflict:
                return Conflict(body);
            case (int)WitnessStatus.Unprocessable when _told:
                return Fork($"our proof from its tree of {_known} does not hold for it");
            case >= 500:
                return Say(WitnessOutcome.Unreachable, $"it answered {(int)status}");
            default:
                return Say(WitnessOutcome.Refused, $"it answered {(int)status}");
        }
    }

    private WitnessOutcome Conflict(byte[] body)
    {
        if (NoteText.Decode(body) is not { } text || !text.EndsWith('\n')
            || !NoteText.TryParseSize(text[..^1], out long size))
        {
            return Say(WitnessOutcome.Nonsense, "it answered 409 without a size");
        }
        if (size == _known && _told)
        {
            // It agrees on the size, so that it can only mean the root.
            return Fork($"it has cosigned another tree of {size}");
        }
        (_known, _told) = (size, true);
        return Say(WitnessOutcome.OtherSize, $"it has cosigned the tree of {size}");
    }

    /// <summary>What it knows is asked for anew the next time: a fork is not said twice on one answer.</summary>
    private WitnessOutcome Fork(string words)
    {
        (_known, _told) = (0, false);
        return Say(WitnessOutcome.Fork, words);
    }

    private static async Task<byte[]?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        await using Stream stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        byte[] buffer = new byte[AnswerBytesMax + 1];
        int count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation)
            .ConfigureAwait(false);
        return count > AnswerBytesMax ? null : buffer[..count];
    }

    private TimeSpan Longer(TimeSpan backOff)
    {
        TimeSpan next = backOff == TimeSpan.Zero ? _settings.BackOffMin : backOff * 2;
        return next < _settings.BackOffMax ? next : _settings.BackOffMax;
    }

    private WitnessOutcome Say(WitnessOutcome outcome, string words)
    {
        OnOutcome?.Invoke(witness, outcome, words);
        return outcome;
    }
}
