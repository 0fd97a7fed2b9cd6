// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30.Transcripts;

/// <summary>The modem of a replay: sends nothing. What it would have told T.30 comes from the record.</summary>
internal sealed class ReplayModem : IFaxModem
{
    private IImageSource? _image;

    /// <summary>Takes a little of the page, as a modem at work does.</summary>
    public void TakeSome()
    {
        Span<byte> some = stackalloc byte[1];
        _image?.Read(some);
    }

    public void SendSilence() => _image = null;

    public void SendCng() => _image = null;

    public void SendCed() => _image = null;

    public void SendControl(IFrameSource frames) => _image = null;

    public void SendTraining(FaxModulation modulation, TimeSpan tcf) => _image = null;

    public void SendImage(FaxModulation modulation, bool shortTraining, IImageSource image) => _image = image;

    public void SendEcmBlock(FaxModulation modulation, bool shortTraining, IFrameSource frames) => _image = null;

    public void ListenControl()
    {
        // Everything is in the record.
    }

    public void ListenImage(FaxModulation modulation, bool shortTraining, bool ecm)
    {
        // Everything is in the record.
    }
}
