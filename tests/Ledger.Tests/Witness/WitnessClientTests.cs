// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Witness;
using Hermetic.TestKit.Durable;
using Microsoft.Extensions.Time.Testing;

namespace Hermetic.Ledger.Tests.Witness;

/// <summary>The log's side: a witness that is there, that is not, that lies; and a log that went back.</summary>
public sealed class WitnessClientTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly SimulatedFiles _files = new();
    private readonly NoteSigner _signer = TestLog.Signer();
    private readonly NoteSigner _key = TestLog.WitnessSigner();
    private readonly LogWitness _witness;
    private readonly ConcurrentQueue<WitnessOutcome> _outcomes = new();
    private LedgerLog _log;

    public WitnessClientTests()
    {
        LedgerLog.Create(_files, _signer);
        _log = Open(_files);
        _witness = new LogWitness(new SimulatedFiles(), _key, [_signer.VerifierKey], _time);
    }

    [Fact]
    public async Task Run_WhileTheLogGrows_CosignsAndKeepsTheCosignature()
    {
        using CancellationTokenSource stop = new();
        using HttpMessageInvoker http = Http(Honest);
        Task running = Client(http).RunAsync(stop.Token);
        for (int i = 1; i <= 5; i++)
        {
            await AppendAsync(_log, i);
            await UntilAsync(() => _log.Cosigned?.Checkpoint.Size == i);
        }
        Assert.True(_log.Latest.Note.IsSignedBy(_key.VerifierKey, out string reason), reason);
        Assert.True(_log.Prove(0)!.Shows("entry 1"u8, _signer.VerifierKey, [_key.VerifierKey], 1, out reason), reason);
        Assert.Equal(_log.Cosigned!.Note.ToBytes(), _files.Bytes("cosigned"));
        Assert.DoesNotContain(WitnessOutcome.Fork, _outcomes);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Run_WithAWitnessThatIsAway_BacksOffAndComesBack()
    {
        int asked = 0;
        bool away = true;
        using CancellationTokenSource stop = new();
        using HttpMessageInvoker http = Http((request, cancellation) =>
        {
            Interlocked.Increment(ref asked);
            return Volatile.Read(ref away)
                ? Task.FromException<HttpResponseMessage>(new HttpRequestException("refused"))
                : Honest(request, cancellation);
        });
        await AppendAsync(_log, 1);
        Task running = Client(http).RunAsync(stop.Token);
        // 5, 10, 20, 40, 80, 160, 300, 300 s: an hour has about 17 tries, not 720.
        for (int second = 0; second < 3600; second++)
        {
            await StepAsync(TimeSpan.FromSeconds(1));
        }
        Assert.InRange(Volatile.Read(ref asked), 5, 20);
        Volatile.Write(ref away, false);
        await UntilAsync(() => _log.Cosigned?.Checkpoint.Size == 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Ask_WithAWitnessThatNeverAnswers_GivesUp()
    {
        using HttpMessageInvoker http = Http(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return new HttpResponseMessage();
        });
        Task<WitnessOutcome> asking = Client(http).AskAsync(_log.Latest, default);
        await UntilAsync(() => asking.IsCompleted);
        Assert.Equal(WitnessOutcome.Unreachable, await asking);
    }

    [Theory]
    [InlineData(200, "nonsense\n", WitnessOutcome.Nonsense)]
    [InlineData(200, "", WitnessOutcome.Nonsense)]
    [InlineData(409, "many\n", WitnessOutcome.Nonsense)]
    [InlineData(409, "5", WitnessOutcome.Nonsense)]
    [InlineData(404, "", WitnessOutcome.Refused)]
    [InlineData(403, "", WitnessOutcome.Refused)]
    [InlineData(422, "", WitnessOutcome.Refused)]
    [InlineData(500, "", WitnessOutcome.Unreachable)]
    [InlineData(503, "", WitnessOutcome.Unreachable)]
    public async Task Hostile_AnswerThatIsNoCosignature_IsKeptOut(int status, string body, WitnessOutcome outcome)
    {
        await AppendAsync(_log, 1);
        byte[] before = _files.Bytes("checkpoint");
        using HttpMessageInvoker http = Http((_, _) => Task.FromResult(Answer(status, body)));
        Assert.Equal(outcome, await Client(http).AskAsync(_log.Latest, default));
        Assert.Equal(before, _files.Bytes("checkpoint"));
        Assert.Null(_log.Cosigned);
    }

    [Fact]
    public async Task Hostile_EndlessAnswer_IsCutOff()
    {
        using HttpMessageInvoker http = Http((_, _) => Task.FromResult(Answer(200, new string('x', 1 << 20))));
        Assert.Equal(WitnessOutcome.Nonsense, await Client(http).AskAsync(_log.Latest, default));
    }

    [Fact]
    public async Task Cosignature_ThatComesWhenTheLogHasGrown_IsKeptBesideTheNewestCheckpoint()
    {
        await AppendAsync(_log, 1);
        SignedCheckpoint asked = _log.Latest;
        await AppendAsync(_log, 2);
        using HttpMessageInvoker http = Http(Honest);
        Assert.Equal(WitnessOutcome.Cosigned, await Client(http).AskAsync(asked, default));
        Assert.Equal((2, 1), (_log.Latest.Checkpoint.Size, _log.Cosigned!.Checkpoint.Size));
        await _log.DisposeAsync();
        _log = Open(_files);
        Assert.Equal(1, _log.Cosigned!.Checkpoint.Size);
        Assert.True(_log.Prove(0, under: _log.Cosigned)!.Shows(
            "entry 1"u8, _signer.VerifierKey, [_key.VerifierKey], 1, out string reason), reason);
    }

    [Fact]
    public async Task P6_LogThatWentBackToAnOldCopy_IsToldAForkByTheWitness()
    {
        await AppendAsync(_log, 1);
        SimulatedFiles backup = _files.Copy();
        await AppendAsync(_log, 2);
        using HttpMessageInvoker http = Http(Honest);
        Assert.Equal(WitnessOutcome.Cosigned, await Client(http).AskAsync(_log.Latest, default));
        await using LedgerLog old = Open(backup);
        WitnessClient client = Client(http, old);
        Assert.Equal(WitnessOutcome.OtherSize, await client.AskAsync(old.Latest, default));
        Assert.Equal(WitnessOutcome.Fork, await client.AskAsync(old.Latest, default));
        // It goes on with other entries: now it is larger, and still a fork.
        await AppendAsync(old, 77);
        await AppendAsync(old, 78);
        Assert.Equal(WitnessOutcome.OtherSize, await client.AskAsync(old.Latest, default));
        Assert.Equal(WitnessOutcome.Fork, await client.AskAsync(old.Latest, default));
        Assert.Null(old.Cosigned);
    }

    [Fact]
    public async Task P6_OldCopyBesideANewerCosignedCheckpoint_DoesNotOpen()
    {
        await AppendAsync(_log, 1);
        SimulatedFiles backup = _files.Copy();
        await AppendAsync(_log, 2);
        using HttpMessageInvoker http = Http(Honest);
        Assert.Equal(WitnessOutcome.Cosigned, await Client(http).AskAsync(_log.Latest, default));
        backup.Replace("cosigned", _files.Bytes("cosigned"));
        LedgerDamagedException e = Assert.Throws<LedgerDamagedException>(() => { Open(backup); });
        Assert.Equal("cosigned", e.Place);
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        _witness.Dispose();
        _signer.Dispose();
        _key.Dispose();
    }

    private static HttpMessageInvoker Http(
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) => new(new Door(answer));

    private static HttpResponseMessage Answer(int status, string body) =>
        new((HttpStatusCode)status) { Content = new StringContent(body) };

    private LedgerLog Open(SimulatedFiles files) => LedgerLog.Open(files, _signer, _time, count => new byte[count]);

    private WitnessClient Client(HttpMessageInvoker http, LedgerLog? log = null) => new(
        log ?? _log, new WitnessEndpoint(new Uri("http://localhost/w/"), _key.VerifierKey), http, _time)
    {
        OnOutcome = (_, outcome, _) => _outcomes.Enqueue(outcome),
    };

    private async Task<HttpResponseMessage> Honest(HttpRequestMessage request, CancellationToken cancellation)
    {
        Assert.Equal((HttpMethod.Post, "http://localhost/w/add-checkpoint"),
            (request.Method, request.RequestUri!.ToString()));
        WitnessAnswer answer = _witness.Answer(await request.Content!.ReadAsByteArrayAsync(cancellation));
        return Answer((int)answer.Status, answer.Body);
    }

    private async Task AppendAsync(LedgerLog log, int i)
    {
        long index = await log.AppendAsync(Encoding.ASCII.GetBytes($"entry {i}"), default);
        await UntilAsync(() => log.Latest.Checkpoint.Size > index);
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await StepAsync(TimeSpan.FromMilliseconds(500));
        }
    }

    private async Task StepAsync(TimeSpan step)
    {
        _time.Advance(step);
        for (int i = 0; i < 3; i++)
        {
            await Task.Yield();
        }
        await Task.Delay(TimeSpan.FromMilliseconds(step < TimeSpan.FromSeconds(1) ? 2 : 0));
    }

    private sealed class Door(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
        : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) => answer(request, cancellationToken);
    }
}
