// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Protocol.T30;

namespace Hermetic.TestKit.T30;

/// <summary>Writes down a call's frames and signals, to be read where a test fails.</summary>
public sealed class CallStory(string who) : IT30Observer
{
    /// <summary>One line an event.</summary>
    public List<string> Lines { get; } = [];

    public void OnFrame(TimeSpan now, bool sent, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
    {
        if (modulation == FaxModulation.V21)
        {
            string octets = Convert.ToHexString(frame[..Math.Min(8, frame.Length)]);
            Add(now, $"{(sent ? "sends" : fcsValid ? "hears" : "hears badly")} {octets}");
        }
        else if (!fcsValid)
        {
            Add(now, $"hears badly a frame of {frame.Length} at {modulation}");
        }
    }

    public void OnSignal(TimeSpan now, LineSignal signal, FaxModulation modulation) =>
        Add(now, $"{signal} {modulation}");

    public void OnCarrierEnd(TimeSpan now, FaxModulation modulation) => Add(now, $"end {modulation}");

    public void OnPage(TimeSpan now, int index, bool sent, T30PageEvent what) => Add(now, $"page {index} {what}");

    public void OnEnded(TimeSpan now, T30Result result) => Add(now, $"ends: {result.EndReason}");

    private void Add(TimeSpan now, string what) =>
        Lines.Add(string.Create(CultureInfo.InvariantCulture, $"{now.TotalSeconds,8:F3} {who}: {what}"));
}
