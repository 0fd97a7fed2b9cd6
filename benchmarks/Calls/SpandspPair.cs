// SPDX-License-Identifier: Apache-2.0
using Hermetic.TestKit.Peers;
using Hermetic.TestKit.Peers.Spandsp;

namespace Hermetic.Benchmarks.Calls;

/// <summary>One fax between two of libspandsp's T.38 terminals, which hand each other their packets without a
/// socket.</summary>
internal sealed class SpandspPair : IDisposable
{
    private readonly Queue<byte[]> _toCaller = new();
    private readonly Queue<byte[]> _toCalled = new();
    private readonly SpandspT38Terminal _caller;
    private readonly SpandspT38Terminal _called;
    private ushort _callerSequence;
    private ushort _calledSequence;

    /// <param name="sent">The TIFF file that the caller sends.</param>
    /// <param name="received">The one that the called side writes.</param>
    public SpandspPair(string sent, string received)
    {
        _caller = new SpandspT38Terminal(true, new SpandspT30Settings { TransmitFile = sent },
            (ifp, copies) => _toCalled.Enqueue(ifp.ToArray()));
        _called = new SpandspT38Terminal(false, new SpandspT30Settings { ReceiveFile = received },
            (ifp, copies) => _toCaller.Enqueue(ifp.ToArray()));
    }

    /// <summary>True until both have hung up.</summary>
    public bool IsActive => _caller.T30.IsActive || _called.T30.IsActive;

    /// <summary>Delivers what was sent, and lets so much time pass.</summary>
    /// <param name="samples">Of 1/8000 s.</param>
    public void Advance(int samples)
    {
        while (_toCaller.TryDequeue(out byte[]? ifp))
        {
            _caller.Receive(ifp, _callerSequence++);
        }

        while (_toCalled.TryDequeue(out byte[]? ifp))
        {
            _called.Receive(ifp, _calledSequence++);
        }

        _caller.Advance(samples);
        _called.Advance(samples);
    }

    /// <summary>Throws unless both sides say that all went well.</summary>
    public void Require()
    {
        if (_caller.T30.CompletionCode != 0 || _called.T30.CompletionCode != 0)
        {
            throw new PeerException($"libspandsp2 to itself: {_caller.T30.Completion}, {_called.T30.Completion}");
        }
    }

    public void Dispose()
    {
        _caller.Dispose();
        _called.Dispose();
    }
}
